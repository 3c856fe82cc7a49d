package io.anabranch.stream.wire;

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
import io.anabranch.update.v1.UpdateRecord;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;

/**
 * Packs registers into messages of about {@link #FULL_BYTES}: large enough that a record's own cost is small, small enough that one that is
 * taken in holds up others for milliseconds. A register that is greater than that has a message of its own. Not thread-safe.
 */
public final class RegistersPacker {

    /** A message that has reached this is full. */
    public static final int FULL_BYTES = 64 * 1024;

    private static final int NO_TEXT = -1;
    /** Two places of texts, a step of time, a state and a weight. */
    private static final int EDGE_BYTES = 16;

    private static final int REGISTER_BYTES = 24;

    private final long expiredToMs;
    private final Object2IntOpenHashMap<String> places = new Object2IntOpenHashMap<>();
    private Registers.Builder registers = Registers.newBuilder();
    private EdgeRegisters.Builder edges = EdgeRegisters.newBuilder();
    private long lastEdgeTime;
    private boolean plainStates = true;
    private boolean plainWeights = true;
    private int bytes;
    private int size;

    /** @param expiredToMs what every message says of expiry, {@link PartitionGraph#NEVER} if nothing */
    public RegistersPacker(long expiredToMs) {
        this.expiredToMs = expiredToMs;
        places.defaultReturnValue(NO_TEXT);
    }

    /** Adds a register to the message. */
    public void add(Fact fact) {
        size++;
        switch (fact) {
            case NodeFact node -> add(node);
            case EdgeFact edge -> add(edge);
            case LabelFact label -> add(label);
            case StepFact step -> add(step);
        }
    }

    /** Registers of the message. */
    public int size() {
        return size;
    }

    public boolean isFull() {
        return bytes >= FULL_BYTES;
    }

    /** The message; the next begins empty. */
    public Registers take() {
        if (edges.getTargetsCount() > 0) {
            if (plainStates) {
                edges.clearStates();
            }
            if (plainWeights) {
                edges.clearWeights();
            }
            registers.setEdges(edges);
        }
        if (expiredToMs != PartitionGraph.NEVER) {
            registers.setExpiredToMs(expiredToMs);
        }
        Registers taken = registers.build();
        registers = Registers.newBuilder();
        edges = EdgeRegisters.newBuilder();
        places.clear();
        lastEdgeTime = 0;
        plainStates = true;
        plainWeights = true;
        bytes = 0;
        size = 0;
        return taken;
    }

    /** The message as a record of the updates topic; the next begins empty. */
    public byte[] takeRecord() {
        return UpdateRecord.newBuilder().setRegisters(take()).build().toByteArray();
    }

    private void add(NodeFact node) {
        NodeRegister.Builder register =
                NodeRegister.newBuilder().setId(place(node.id())).setAlive(node.alive());
        if (node.time() != PartitionGraph.NEVER) {
            register.setTimeMs(node.time());
        }
        if (node.alive()) {
            register.setType(place(node.type()));
        }
        if (node.features() != null) {
            register.setFeatures(FeatureCodec.encode(node.features()));
            bytes += 8 * node.features().storedCount();
        }
        if (node.deleteTime() != PartitionGraph.NEVER) {
            register.setDeleteTimeMs(node.deleteTime());
        }
        for (int i = 0; i < node.columns().size(); i++) {
            register.addColumns(node.columns().column(i))
                    .addColumnTimesMs(node.columns().time(i));
        }
        bytes += REGISTER_BYTES + 12 * node.columns().size();
        registers.addNodes(register);
    }

    private void add(EdgeFact edge) {
        boolean expires = edge.live() && edge.expiry() != GraphMutation.NEVER_EXPIRES;
        int state = !edge.live()
                ? RegistersCodec.DEAD
                : (edge.provenance() == Provenance.LEARNED ? RegistersCodec.LEARNED : RegistersCodec.LIVE)
                        | (expires ? RegistersCodec.EXPIRES : 0);
        int type = place(edge.edge().type());
        if (type != 0 && edges.getTypesCount() == 0) {
            // Those before were all of the first text.
            for (int i = 0; i < edges.getTargetsCount(); i++) {
                edges.addTypes(0);
            }
        }
        if (type != 0 || edges.getTypesCount() > 0) {
            edges.addTypes(type);
        }
        edges.addTargets(place(edge.edge().target()))
                .addSources(place(edge.edge().source()))
                .addTimeStepsMs(edge.time() - lastEdgeTime)
                .addStates(state)
                .addWeights(edge.weight());
        if (expires) {
            edges.addExpiriesMs(edge.expiry());
        }
        lastEdgeTime = edge.time();
        plainStates &= state == RegistersCodec.LIVE;
        plainWeights &= edge.weight() == 1 || !edge.live();
        bytes += EDGE_BYTES;
    }

    private void add(LabelFact label) {
        LabelRegister.Builder register = LabelRegister.newBuilder()
                .setNode(place(label.nodeId()))
                .setTask(place(label.task()))
                .setTimeMs(label.time());
        if (label.label() != null) {
            register.setLabel(LabelCodec.encode(label.label()));
        }
        bytes += REGISTER_BYTES + register.getLabel().getSerializedSize();
        registers.addLabels(register);
    }

    private void add(StepFact step) {
        boolean source = step.edge().source().equals(step.vertexId());
        StepRegister.Builder register = StepRegister.newBuilder()
                .setVertex(place(step.vertexId()))
                .setOther(place(source ? step.edge().target() : step.edge().source()))
                .setSource(source)
                .setType(place(step.edge().type()))
                .setTimeMs(step.time())
                .setWeight(step.weight());
        if (step.erased()) {
            register.setErasedAtMs(step.erasedAt());
        }
        bytes += REGISTER_BYTES;
        registers.addSteps(register);
    }

    private int place(String text) {
        int place = places.getInt(text);
        if (place == NO_TEXT) {
            place = places.size();
            places.put(text, place);
            registers.addTexts(text);
            bytes += 2 + text.length();
        }
        return place;
    }
}
