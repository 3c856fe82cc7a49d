package io.anabranch.learn.temporal;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.optim.Adam;
import io.anabranch.learn.optim.ParameterGroup;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.learn.train.Metrics;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Learns the label of an event (1 or not) from its row, such as a change of the source's state: one hidden layer over rows that stay as they are,
 * as the field does it (Kumar et al., KDD 2019; Rossi et al. 2020). Labels are rare, so every step takes all events of the training part with label
 * 1 and, drawn anew, {@value #OTHERS} others for each, which together weigh as much. Returns the step with the best AUC of the validation part.
 */
public final class EventLabelTrainer {

    private static final int HIDDEN = 32;
    private static final int OTHERS = 20;
    private static final int STEPS = 1_000;
    private static final int STEPS_BETWEEN_CHECKS = 25;
    private static final double LEARNING_RATE = 3e-3;
    private static final double WEIGHT_DECAY = 0.05;

    private final EventHistory history;
    private final ChronologicalSplit split;
    private final EventRows rows;

    public EventLabelTrainer(EventHistory history, ChronologicalSplit split, EventRows rows) {
        if (rows.events() != history.events()) {
            throw new IllegalArgumentException(
                    "There are rows of (%d) events for a history of (%d).".formatted(rows.events(), history.events()));
        }
        this.history = history;
        this.split = split;
        this.rows = rows;
    }

    /**
     * AUC by part, of the step that is best on the validation part.
     *
     * @throws IllegalArgumentException if the training part has not both kinds of events
     */
    public Map<Part, Double> train(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        IntArrayList positives = new IntArrayList();
        IntArrayList others = new IntArrayList();
        for (int e = 0; e < split.end(Part.TRAIN); e++) {
            (history.label(e) == 1 ? positives : others).add(e);
        }
        if (positives.isEmpty() || others.isEmpty()) {
            throw new IllegalArgumentException("The training part must have events with label 1 (%d) and others (%d)."
                    .formatted(positives.size(), others.size()));
        }
        Linear hidden = Linear.create(
                "hidden", DataType.FLOAT32, rows.width(), HIDDEN, true, Initialiser.glorotUniform(), random);
        Linear out = Linear.create("out", DataType.FLOAT32, HIDDEN, 1, true, Initialiser.glorotUniform(), random);
        List<Parameter> parameters =
                Stream.of(hidden, out).flatMap(map -> map.parameters().stream()).toList();
        Map<Part, Double> best = new EnumMap<>(Part.class);
        AdamRule rule = AdamRule.of(LEARNING_RATE).withDecoupledDecay();
        try (hidden;
                out;
                TensorScope memory = TensorScope.open();
                Adam adam = new Adam(rule, List.of(new ParameterGroup(parameters, WEIGHT_DECAY)))) {
            for (int step = 1; step <= STEPS; step++) {
                try (TensorScope scope = memory.openChild()) {
                    int[] batch = batch(positives, others, random);
                    Variable logits = logits(hidden, out, new Tape(scope), batch);
                    adam.minimise(loss(logits, positives.size()));
                }
                if (step % STEPS_BETWEEN_CHECKS == 0) {
                    double validation = auc(hidden, out, memory, Part.VALIDATION);
                    if (validation > best.getOrDefault(Part.VALIDATION, Double.NEGATIVE_INFINITY)) {
                        best.put(Part.VALIDATION, validation);
                        best.put(Part.TEST, auc(hidden, out, memory, Part.TEST));
                    }
                }
            }
        }
        return best;
    }

    private static int[] batch(IntArrayList positives, IntArrayList others, RandomGenerator random) {
        int[] batch = positives.toArray(new int[positives.size() * (1 + OTHERS)]);
        for (int i = positives.size(); i < batch.length; i++) {
            batch[i] = others.getInt(random.nextInt(others.size()));
        }
        return batch;
    }

    private Variable logits(Linear hidden, Linear out, Tape tape, int[] events) {
        Variable x = tape.constant(rows.gather(tape.scope(), events));
        return out.apply(hidden.apply(x).relu());
    }

    private static Variable loss(Variable logits, int positives) {
        float[] targets = new float[logits.rows()];
        float[] weights = new float[logits.rows()];
        Arrays.fill(targets, 0, positives, 1);
        Arrays.fill(weights, 0, positives, OTHERS);
        Arrays.fill(weights, positives, weights.length, 1);
        TensorScope scope = logits.tape().scope();
        return Losses.binaryCrossEntropy(
                logits, Tensor.of(scope, targets.length, 1, targets), Tensor.of(scope, weights.length, 1, weights));
    }

    private double auc(Linear hidden, Linear out, TensorScope memory, Part part) {
        int[] events = IntStream.range(split.first(part), split.end(part)).toArray();
        boolean[] positive = new boolean[events.length];
        for (int i = 0; i < events.length; i++) {
            positive[i] = history.label(events[i]) == 1;
        }
        try (TensorScope scope = memory.openChild()) {
            float[] scores =
                    logits(hidden, out, new Tape(scope), events).value().toFloats();
            return Metrics.rocAuc(scores, positive);
        }
    }
}
