package io.anabranch.stream.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.snapshot.v1.Manifest;
import io.anabranch.snapshot.v1.ModelRecord;
import io.anabranch.stream.wire.RegistersPacker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a snapshot's folder. The manifest comes last, so that a folder without one is no snapshot, whatever else lies there. Registers that stand
 * next to each other should have a vertex in common: its name is then written once. For one thread.
 */
public final class SnapshotWriter implements AutoCloseable {

    static final int FORMAT_VERSION = 1;
    private static final int REGISTERS_A_FILE = 1_000_000;

    private final Path folder;
    private final RegistersPacker packer = new RegistersPacker(PartitionGraph.NEVER);
    private final Manifest.Builder manifest = Manifest.newBuilder().setFormatVersion(FORMAT_VERSION);
    private final List<Path> files = new ArrayList<>();
    private @Nullable OutputStream registers;
    private @Nullable OutputStream models;
    private int inFile;

    private SnapshotWriter(Path folder) {
        this.folder = folder;
    }

    /**
     * Begins a snapshot in a folder that is empty or does not exist.
     *
     * @throws SnapshotRefusedException if something lies there
     */
    public static SnapshotWriter create(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> there = Files.list(folder)) {
            if (there.findAny().isPresent()) {
                throw new SnapshotRefusedException(
                        "The folder %s is not empty.%nMaybe choose a new one: a snapshot is never written over another."
                                .formatted(folder));
            }
        }
        return new SnapshotWriter(folder);
    }

    /** @throws SnapshotRefusedException if two nodes have rows of different dimensions */
    public void add(Fact register) throws IOException {
        switch (register) {
            case NodeFact node -> {
                manifest.setNodes(manifest.getNodes() + 1);
                if (node.features() != null) {
                    requireDimension(node.id(), node.features().dimension());
                }
            }
            case EdgeFact edge -> manifest.setEdges(manifest.getEdges() + 1);
            case LabelFact label -> manifest.setLabels(manifest.getLabels() + 1);
            case StepFact step -> manifest.setSteps(manifest.getSteps() + 1);
        }
        packer.add(register);
        if (packer.isFull()) {
            flush();
        }
    }

    private void requireDimension(String id, int dimension) {
        if (manifest.getFeatureDimension() != 0 && manifest.getFeatureDimension() != dimension) {
            throw new SnapshotRefusedException("The node (%s) has %d features, others have %d."
                    .formatted(id, dimension, manifest.getFeatureDimension()));
        }
        manifest.setFeatureDimension(dimension);
    }

    private void flush() throws IOException {
        if (packer.size() == 0) {
            return;
        }
        if (registers == null || inFile >= REGISTERS_A_FILE) {
            closeRegisters();
            registers = open(SnapshotFiles.registers(files.size()));
            inFile = 0;
        }
        inFile += packer.size();
        packer.take().writeDelimitedTo(registers);
    }

    private OutputStream open(String name) throws IOException {
        Path file = folder.resolve(name);
        files.add(file);
        return SnapshotFiles.create(file);
    }

    private void closeRegisters() throws IOException {
        if (registers != null) {
            registers.close();
            registers = null;
        }
    }

    /** Adds a record of the topic of models; all registers have been added. */
    void model(byte[] key, byte[] value) throws IOException {
        if (models == null) {
            flush();
            closeRegisters();
            models = open(SnapshotFiles.MODELS);
        }
        manifest.setModelRecords(manifest.getModelRecords() + 1);
        ModelRecord.newBuilder()
                .setKey(ByteString.copyFrom(key))
                .setValue(ByteString.copyFrom(value))
                .build()
                .writeDelimitedTo(models);
    }

    /** What the manifest says beyond counts and files. */
    Manifest.Builder manifest() {
        return manifest;
    }

    /** Completes the snapshot. */
    public Manifest finish(String source, Instant created) throws IOException {
        flush();
        close();
        for (Path file : files) {
            manifest.addFiles(SnapshotFiles.describe(file));
        }
        Manifest written =
                manifest.setSource(source).setCreated(created.toString()).build();
        Path unfinished = folder.resolve(SnapshotFiles.MANIFEST + ".tmp");
        Files.write(unfinished, JsonFormat.printer().print(written).getBytes(StandardCharsets.UTF_8));
        Files.move(unfinished, folder.resolve(SnapshotFiles.MANIFEST), StandardCopyOption.ATOMIC_MOVE);
        return written;
    }

    /** Closes the files; without {@link #finish} before, what is there is no snapshot. */
    @Override
    public void close() throws IOException {
        closeRegisters();
        if (models != null) {
            models.close();
            models = null;
        }
    }
}
