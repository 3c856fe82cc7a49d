package io.anabranch.stream.wire;

import io.anabranch.graph.ColumnTimes;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.update.v1.EdgeRegisters;
import io.anabranch.update.v1.LabelRegister;
import io.anabranch.update.v1.NodeRegister;
import io.anabranch.update.v1.Registers;
import io.anabranch.update.v1.StepRegister;
import java.util.ArrayList;
import java.util.List;

/** Many registers in one message, see {@link RegistersPacker} for the way there. */
public final class RegistersCodec {

    static final int DEAD = 0;
    static final int LIVE = 1;
    static final int LEARNED = 2;
    static final int EXPIRES = 4;

    private RegistersCodec() {}

    /**
     * The registers of a message: nodes, edges, labels, steps, in its order.
     *
     * @throws IllegalArgumentException if they contradict each other or what a graph may hold
     */
    public static List<Fact> decode(Registers registers) {
        List<Fact> facts = new ArrayList<>(registers.getNodesCount()
                + registers.getEdges().getTargetsCount()
                + registers.getLabelsCount()
                + registers.getStepsCount());
        Texts texts = new Texts(registers);
        for (NodeRegister node : registers.getNodesList()) {
            facts.add(node(node, texts));
        }
        edges(registers.getEdges(), texts, facts);
        for (LabelRegister label : registers.getLabelsList()) {
            facts.add(label(label, texts));
        }
        for (StepRegister step : registers.getStepsList()) {
            facts.add(step(step, texts));
        }
        return facts;
    }

    private static StepFact step(StepRegister step, Texts texts) {
        String vertex = texts.id(step.getVertex());
        String other = texts.id(step.getOther());
        String type = texts.at(step.getType());
        if (!Float.isFinite(step.getWeight())) {
            throw new IllegalArgumentException(
                    "The weight (%s) of a step of (%s) must be finite.".formatted(step.getWeight(), vertex));
        }
        return new StepFact(
                vertex,
                step.getSource() ? new EdgeId(vertex, other, type) : new EdgeId(other, vertex, type),
                time(step.getTimeMs()),
                step.getWeight(),
                step.hasErasedAtMs() ? time(step.getErasedAtMs()) : PartitionGraph.NEVER);
    }

    /** The event time by which edges have expired already, {@link PartitionGraph#NEVER} if none has. */
    public static long expiredToMs(Registers registers) {
        return registers.hasExpiredToMs() ? registers.getExpiredToMs() : PartitionGraph.NEVER;
    }

    /** A message's texts, each made once. */
    private static final class Texts {
        private final String[] texts;

        Texts(Registers registers) {
            texts = registers.getTextsList().toArray(String[]::new);
        }

        String at(int place) {
            if (place < 0 || place >= texts.length) {
                throw new IllegalArgumentException(
                        "The text (%d) must be one of %d.".formatted(Integer.toUnsignedLong(place), texts.length));
            }
            return texts[place];
        }

        String id(int place) {
            String id = at(place);
            if (id.isEmpty()) {
                throw new IllegalArgumentException("A register's id must not be empty.");
            }
            return id;
        }
    }

    private static NodeFact node(NodeRegister node, Texts texts) {
        if (node.getColumnsCount() != node.getColumnTimesMsCount()) {
            throw new IllegalArgumentException("The %d columns of node (%s) have %d times."
                    .formatted(node.getColumnsCount(), texts.id(node.getId()), node.getColumnTimesMsCount()));
        }
        int[] columns = new int[node.getColumnsCount()];
        long[] times = new long[columns.length];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = node.getColumns(i);
            times[i] = time(node.getColumnTimesMs(i));
        }
        NodeFact fact = new NodeFact(
                texts.id(node.getId()),
                node.hasTimeMs() ? time(node.getTimeMs()) : PartitionGraph.NEVER,
                node.getAlive(),
                node.getAlive() ? texts.at(node.getType()) : "",
                node.hasFeatures() ? FeatureCodec.decode(node.getFeatures()) : null,
                node.hasDeleteTimeMs() ? time(node.getDeleteTimeMs()) : PartitionGraph.NEVER,
                ColumnTimes.of(columns, times));
        requireWhole(fact);
        return fact;
    }

    private static void requireWhole(NodeFact node) {
        if (node.alive() && node.time() == PartitionGraph.NEVER) {
            throw new IllegalArgumentException("The node (%s) is alive, but was never written.".formatted(node.id()));
        }
        if (node.features() == null ? !node.columns().isEmpty() : !node.present()) {
            throw new IllegalArgumentException("The node (%s) has %s, but %s."
                    .formatted(
                            node.id(),
                            node.features() == null ? "later columns" : "features",
                            node.features() == null ? "no features" : "is not there"));
        }
        if (node.features() != null
                && !node.columns().isEmpty()
                && node.columns().column(node.columns().size() - 1)
                        >= node.features().dimension()) {
            throw new IllegalArgumentException("The column (%d) of node (%s) must be below the dimension (%d)."
                    .formatted(
                            node.columns().column(node.columns().size() - 1),
                            node.id(),
                            node.features().dimension()));
        }
    }

    private static void edges(EdgeRegisters edges, Texts texts, List<Fact> facts) {
        int count = edges.getTargetsCount();
        requireCount("sources", edges.getSourcesCount(), count, false);
        requireCount("times", edges.getTimeStepsMsCount(), count, false);
        requireCount("types", edges.getTypesCount(), count, true);
        requireCount("states", edges.getStatesCount(), count, true);
        requireCount("weights", edges.getWeightsCount(), count, true);
        long time = 0;
        int expiring = 0;
        for (int i = 0; i < count; i++) {
            time += edges.getTimeStepsMs(i);
            int state = edges.getStatesCount() == 0 ? LIVE : edges.getStates(i);
            if ((state & ~EXPIRES) > LEARNED || (state & ~EXPIRES) < DEAD || state == EXPIRES) {
                throw new IllegalArgumentException("The state (%d) of an edge is unknown.".formatted(state));
            }
            long expiry = GraphMutation.NEVER_EXPIRES;
            if ((state & EXPIRES) != 0) {
                if (expiring == edges.getExpiriesMsCount()) {
                    throw new IllegalArgumentException(
                            "There are %d expiries for more edges that expire.".formatted(expiring));
                }
                expiry = edges.getExpiriesMs(expiring++);
            }
            boolean live = state != DEAD;
            float weight = edges.getWeightsCount() == 0 ? 1 : edges.getWeights(i);
            if (!Float.isFinite(weight)) {
                throw new IllegalArgumentException("The weight (%s) of an edge must be finite.".formatted(weight));
            }
            facts.add(new EdgeFact(
                    new EdgeId(
                            texts.at(edges.getSources(i)),
                            texts.at(edges.getTargets(i)),
                            texts.at(edges.getTypesCount() == 0 ? 0 : edges.getTypes(i))),
                    time(time),
                    live,
                    live ? weight : 0,
                    (state & LEARNED) != 0 ? Provenance.LEARNED : Provenance.OBSERVED,
                    expiry));
        }
    }

    private static void requireCount(String what, int found, int edges, boolean orNone) {
        if (found != edges && !(orNone && found == 0)) {
            throw new IllegalArgumentException("The %d edges have %d %s.".formatted(edges, found, what));
        }
    }

    private static LabelFact label(LabelRegister label, Texts texts) {
        String node = texts.id(label.getNode());
        String task = texts.id(label.getTask());
        if (label.hasLabel() && !label.getLabel().getTask().equals(task)) {
            throw new IllegalArgumentException("The label for task (%s) stands in the register of task (%s)."
                    .formatted(label.getLabel().getTask(), task));
        }
        return new LabelFact(
                node,
                task,
                time(label.getTimeMs()),
                label.hasLabel() ? LabelCodec.decode(node, label.getLabel()) : null);
    }

    private static long time(long time) {
        if (time == PartitionGraph.NEVER) {
            throw new IllegalArgumentException("The time (%d) is reserved for \"never\".".formatted(time));
        }
        return time;
    }
}
