package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.FeatureFlow;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.gnn.ForwardPass;
import io.anabranch.learn.gnn.GnnEncoder;
import io.anabranch.learn.gnn.GraphInput;
import io.anabranch.learn.gnn.ParameterTensors;
import io.anabranch.learn.history.HistoryInput;
import io.anabranch.learn.history.HistoryRows;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.optim.Adam;
import io.anabranch.learn.optim.ParameterGroup;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.learn.train.ProgressListener.EpochProgress;
import io.anabranch.model.v1.Convolution;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Full-batch gradient descent on one problem, with the best weights of the validation part kept. Used once. */
final class TrainingRun implements AutoCloseable {

    private final TrainingProblem problem;
    private final TrainingOptions options;
    private final RandomGenerator noise;
    private final TensorScope scope = TensorScope.open();
    private final GnnEncoder encoder;
    private final @Nullable Linear head;
    private final Adam adam;
    private final GraphInput input;
    private final Set<String> featureReaders;
    private final BestEpoch best;
    private double historyBits;
    private final List<Double> trainLoss = new ArrayList<>();
    private final List<Double> validationLoss = new ArrayList<>();
    private final List<Double> validationMetric = new ArrayList<>();

    TrainingRun(TrainingProblem problem, TrainingOptions options) {
        this.problem = problem;
        this.options = options;
        SplittableRandom random = new SplittableRandom(options.seed());
        RandomGenerator weights = random.split();
        this.noise = random.split();
        this.encoder = GnnEncoder.initialised(
                problem.spec(), DataType.FLOAT32, weights, options.history().hiddenNoise());
        this.head = problem.linearHead()
                ? Linear.create(
                        "head." + problem.objective().head().getTask(),
                        DataType.FLOAT32,
                        problem.embeddingWidth(),
                        problem.objective().logits(),
                        true,
                        Initialiser.glorotUniform(),
                        weights)
                : null;
        this.adam = new Adam(AdamRule.of(options.learningRate()), groups());
        GraphInput features = GraphInput.of(
                scope, DataType.FLOAT32, problem.messages(), problem.features().times(problem.featureScale()));
        HistoryRows histories = problem.histories();
        this.input = histories == null ? features : features.with(HistoryInput.of(scope, DataType.FLOAT32, histories));
        this.featureReaders =
                encoder.featureReaders().stream().map(Parameter::name).collect(Collectors.toSet());
        this.best = new BestEpoch(problem.objective().smallerIsBetter());
    }

    /** Starts from the weights of a model of the same spec in place of random ones. */
    void load(ModelTensors start) {
        List<Parameter> parameters = new ArrayList<>(encoder.parameters());
        if (head != null) {
            parameters.addAll(head.parameters());
        }
        for (Parameter parameter : parameters) {
            WeightTensor weights = start.get(parameter.name());
            boolean reader = featureReaders.contains(parameter.name());
            parameter.load((reader ? featuresTimes(weights, 1 / problem.featureScale()) : weights).values());
        }
    }

    List<WeightTensor> fit(ProgressListener listener, BooleanSupplier cancelled) {
        return fit(listener, cancelled, LambdaWatch.none());
    }

    /** The weights that served the validation part best; of the last epoch where there is none. */
    List<WeightTensor> fit(ProgressListener listener, BooleanSupplier cancelled, LambdaWatch lambda) {
        for (int epoch = 1; epoch <= options.maxEpochs(); epoch++) {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("The training of model (%s) was cancelled after epoch (%d)."
                        .formatted(options.modelName(), epoch - 1));
            }
            double loss = step(epoch);
            trainLoss.add(loss);
            lambda.see(encoder);
            List<WeightTensor> weights = tensors();
            Map<String, Double> validation = evaluate(problem, Part.VALIDATION, weights);
            double metric = validation.getOrDefault(problem.objective().metricName(), Double.NaN);
            double held = validation.getOrDefault("loss", Double.NaN);
            if (validation.isEmpty()) {
                best.keep(epoch, weights);
            } else {
                validationLoss.add(held);
                validationMetric.add(metric);
                best.offer(epoch, metric, held, weights);
            }
            listener.onEpoch(new EpochProgress(
                    epoch,
                    options.maxEpochs(),
                    loss,
                    held,
                    metric,
                    problem.objective().metricName()));
            if (epoch - best.epoch() >= options.patience()) {
                break;
            }
        }
        return best.weights();
    }

    TrainingReport report(List<WeightTensor> weights, double seconds) {
        return report(problem, weights, seconds);
    }

    /** The same of a model that was made of what was learnt, with a spec of its own. */
    TrainingReport report(TrainingProblem problem, List<WeightTensor> weights, double seconds) {
        Map<Part, Map<String, Double>> metrics = new EnumMap<>(Part.class);
        List<String> notes = new ArrayList<>();
        for (Part part : Part.values()) {
            Map<String, Double> figures = evaluate(problem, part, weights);
            if (!figures.isEmpty()) {
                metrics.put(part, figures);
            }
        }
        if (!metrics.containsKey(Part.VALIDATION)) {
            notes.add("There is no validation part: the weights of the last epoch were kept.");
        }
        if (!metrics.containsKey(Part.TEST)) {
            notes.add("There is no test part: what the model is worth on unseen rows is not known.");
        }
        HistoryRows histories = problem.histories();
        if (histories != null) {
            notes.addAll(
                    HistoryNotes.of(problem.spec().getHistory(), histories, ModelTensors.of(weights), historyBits));
        }
        problem.messages().planReport().forEach(plan -> notes.add("Aggregation of " + plan));
        return new TrainingReport(
                problem.objective().head().getTask(),
                problem.objective().metricName(),
                best.epoch(),
                trainLoss.size(),
                seconds,
                metrics,
                trainLoss,
                validationLoss,
                validationMetric,
                Map.of(),
                notes);
    }

    private double step(int epoch) {
        try (TensorScope step = scope.openChild()) {
            Tape tape = new Tape(step);
            FeatureFlow flow = options.depth().featureFlow();
            GnnEncoder.Encoded encoded = encoder.encode(
                    tape,
                    input,
                    new Dropout(options.dropout()),
                    Pass.training(noise),
                    options.depth().storedActivations(),
                    flow == null ? null : flow.at(epoch, options.maxEpochs()));
            historyBits = encoded.historyBits();
            Variable logits = head == null ? encoded.embeddings() : head.apply(encoded.embeddings());
            Variable loss = problem.objective().loss(logits, noise);
            double value = loss.scalar();
            if (!Double.isFinite(value)) {
                throw new TrainingException(
                        "The loss became (%s) in epoch (%d).\nMaybe a lower learning rate than (%s) helps, or standardised features."
                                .formatted(value, epoch, options.learningRate()));
            }
            Variable penalty = encoded.penalty();
            adam.minimise(penalty == null ? loss : loss.plus(penalty));
            return value;
        }
    }

    private static Map<String, Double> evaluate(TrainingProblem problem, Part part, List<WeightTensor> weights) {
        ForwardPass forward = ForwardPass.of(problem.spec(), ModelTensors.of(weights));
        Embeddings embeddings =
                forward.embeddingsOfEncoded(problem.messages(), problem.features(), problem.histories());
        return problem.objective().evaluate(part, forward.logits(problem.spec().getHeads(0), embeddings));
    }

    /** Copies of the current weights, for features that are not scaled: X (s W) is (s X) W. */
    private List<WeightTensor> tensors() {
        List<WeightTensor> tensors = new ArrayList<>();
        for (WeightTensor tensor : encoder.tensors()) {
            tensors.add(
                    featureReaders.contains(tensor.name()) ? featuresTimes(tensor, problem.featureScale()) : tensor);
        }
        if (head != null) {
            tensors.add(ParameterTensors.matrix(head.weight()));
            Parameter bias = head.bias();
            if (bias != null) {
                tensors.add(ParameterTensors.vector(bias));
            }
        }
        return tensors;
    }

    /** The rows that features are multiplied by times this; what a history's state is multiplied by stays. */
    private WeightTensor featuresTimes(WeightTensor reader, float factor) {
        return reader.times(factor, problem.features().dimension());
    }

    /**
     * As published, a GCN's weights decay in the first layer alone. Along stages too: a cell's weights serve every layer, and what a deep stack's
     * loss says about them is smaller than their decay, which then closes the way along depth.
     */
    private boolean readersDecayAlone() {
        return !Levels.plain(problem.spec())
                || (options.convolution() == Convolution.CONVOLUTION_GCN && !Levels.allHops(problem.spec()));
    }

    private List<ParameterGroup> groups() {
        List<Parameter> decayed = new ArrayList<>(readersDecayAlone() ? encoder.featureReaders() : encoder.weights());
        List<Parameter> free = new ArrayList<>(encoder.parameters());
        if (head != null) {
            free.addAll(head.parameters());
            if (!readersDecayAlone()) {
                decayed.add(head.weight());
            }
        }
        // A cell's weights serve every step: what decays them closes the way through histories.
        decayed.removeAll(encoder.historyWeights());
        free.removeAll(decayed);
        return List.of(new ParameterGroup(decayed, options.weightDecay()), new ParameterGroup(free, 0));
    }

    @Override
    public void close() {
        adam.close();
        encoder.close();
        if (head != null) {
            head.close();
        }
        scope.close();
    }
}
