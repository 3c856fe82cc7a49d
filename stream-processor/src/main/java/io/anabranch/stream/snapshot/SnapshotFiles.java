package io.anabranch.stream.snapshot;

import io.anabranch.snapshot.v1.SnapshotFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How files of a snapshot are written and read: gzip, with a SHA-256 of what lies on the disk. */
final class SnapshotFiles {

    static final String MANIFEST = "manifest.json";
    static final String MODELS = "models.pb.gz";

    private static final int BUFFER_BYTES = 256 * 1024;

    private SnapshotFiles() {}

    static String registers(int number) {
        return "registers-%05d.pb.gz".formatted(number);
    }

    /** Fast rather than small: the names compress well either way. */
    static OutputStream create(Path file) throws IOException {
        return new BufferedOutputStream(
                new GZIPOutputStream(Files.newOutputStream(file), BUFFER_BYTES) {
                    {
                        def.setLevel(Deflater.BEST_SPEED);
                    }
                },
                BUFFER_BYTES);
    }

    static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES), BUFFER_BYTES);
    }

    /** What the manifest says of a file that is complete. */
    static SnapshotFile describe(Path file) throws IOException {
        return SnapshotFile.newBuilder()
                .setName(file.getFileName().toString())
                .setBytes(Files.size(file))
                .setSha256(digest(file))
                .build();
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
