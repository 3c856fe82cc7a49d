package io.anabranch.stream.snapshot;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.snapshot.v1.Manifest;
import io.anabranch.snapshot.v1.ModelRecord;
import io.anabranch.snapshot.v1.SnapshotFile;
import io.anabranch.stream.wire.RegistersCodec;
import io.anabranch.update.v1.Registers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A snapshot that lies on the disk, whole: every file was compared with the manifest. */
public final class SnapshotFolder {

    private final Path folder;
    private final Manifest manifest;

    private SnapshotFolder(Path folder, Manifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
    }

    /**
     * Opens a snapshot and compares every file with its checksum.
     *
     * @throws SnapshotRefusedException if it is none, or a file is missing, damaged or of another format
     */
    public static SnapshotFolder open(Path folder) throws IOException {
        Path file = folder.resolve(SnapshotFiles.MANIFEST);
        if (!Files.exists(file)) {
            throw new SnapshotRefusedException(
                    "The folder %s holds no snapshot: it has no %s.%nMaybe the export that wrote it was cut short."
                            .formatted(folder, SnapshotFiles.MANIFEST));
        }
        Manifest.Builder manifest = Manifest.newBuilder();
        try {
            JsonFormat.parser().merge(Files.readString(file, StandardCharsets.UTF_8), manifest);
        } catch (InvalidProtocolBufferException e) {
            throw new SnapshotRefusedException("The file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
        if (manifest.getFormatVersion() != SnapshotWriter.FORMAT_VERSION) {
            throw new SnapshotRefusedException("The snapshot %s has the format %d; this version reads %d."
                    .formatted(folder, manifest.getFormatVersion(), SnapshotWriter.FORMAT_VERSION));
        }
        for (SnapshotFile expected : manifest.getFilesList()) {
            Path named = folder.resolve(expected.getName());
            if (!Files.exists(named)) {
                throw new SnapshotRefusedException("The file %s is missing.".formatted(named));
            }
            SnapshotFile found = SnapshotFiles.describe(named);
            if (!found.equals(expected)) {
                throw new SnapshotRefusedException(
                        "The file %s is damaged: it has %d bytes and the SHA-256 %s, not %d and %s."
                                .formatted(
                                        named,
                                        found.getBytes(),
                                        found.getSha256(),
                                        expected.getBytes(),
                                        expected.getSha256()));
            }
        }
        return new SnapshotFolder(folder, manifest.build());
    }

    public Manifest manifest() {
        return manifest;
    }

    /** Takes what is read. */
    public interface Reader<T> {
        void read(T value) throws IOException, InterruptedException;
    }

    /**
     * Reads all registers, some thousand at a time.
     *
     * @throws SnapshotRefusedException if a file holds something else
     */
    public void registers(Reader<List<Fact>> reader) throws IOException, InterruptedException {
        for (SnapshotFile file : manifest.getFilesList()) {
            if (!file.getName().equals(SnapshotFiles.MODELS)) {
                read(file.getName(), Registers.parser(), registers -> reader.read(RegistersCodec.decode(registers)));
            }
        }
    }

    /** Reads all records of the topic of models, in their order. */
    void models(Reader<ModelRecord> reader) throws IOException, InterruptedException {
        if (manifest.getModelRecords() > 0) {
            read(SnapshotFiles.MODELS, ModelRecord.parser(), reader);
        }
    }

    private <T> void read(String name, Parser<T> parser, Reader<T> reader) throws IOException, InterruptedException {
        Path file = folder.resolve(name);
        try (InputStream in = SnapshotFiles.open(file)) {
            for (T message = parser.parseDelimitedFrom(in); message != null; message = parser.parseDelimitedFrom(in)) {
                reader.read(message);
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new SnapshotRefusedException("The file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
