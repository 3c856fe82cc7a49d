package io.anabranch.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder that one instance keeps everything in.
 *
 * <pre>
 * instance.json         ports and feature dimension; stays when the instance stops
 * instance.lock         locked by the operating system while the instance runs, so never stale
 * anabranch.properties  settings, optional
 * anabranch.log         what the instance logs
 * broker/               the embedded broker's data
 * streams/              the stream processor's local state; rebuilt from Kafka where lost
 * </pre>
 */
public final class InstanceFolder {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path path;

    public InstanceFolder(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    public Path path() {
        return path;
    }

    public Path broker() {
        return path.resolve("broker");
    }

    public Path streams() {
        return path.resolve("streams");
    }

    public Path log() {
        return path.resolve("anabranch.log");
    }

    public Path settings() {
        return path.resolve("anabranch.properties");
    }

    /** Whether a process, perhaps this one, runs an instance on this folder now. */
    public boolean running() {
        Path lock = lockFile();
        if (!Files.exists(lock)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            FileLock probe = channel.tryLock();
            if (probe == null) {
                return true;
            }
            probe.release();
            return false;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            throw new StartFailure("The file %s cannot be read: %s".formatted(lock, e), e);
        }
    }

    /** The instance that runs or last ran here; null for a folder that never held one. */
    public @Nullable Instance read() {
        Path file = instanceFile();
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return JSON.readValue(file.toFile(), Instance.class);
        } catch (JsonProcessingException e) {
            throw new StartFailure(
                    "The file %s is damaged: %s\nMaybe delete it; the data beside it is kept."
                            .formatted(file, e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new StartFailure("The file %s cannot be read: %s".formatted(file, e), e);
        }
    }

    /** Makes this process the one that runs here, until the claim is closed or the process ends. */
    public Claim claim() {
        try {
            Files.createDirectories(path);
            FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StartFailure("""
                        An instance already runs on the folder %s.
                        Maybe use it (./anabranch status), or choose another folder with --data.""".formatted(path));
            }
            return new Claim(channel);
        } catch (IOException e) {
            throw new StartFailure("""
                    The folder %s cannot be written: %s.
                    Maybe the disk is full or the folder belongs to another user; choose another with --data.""".formatted(path, e), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private Path lockFile() {
        return path.resolve("instance.lock");
    }

    private Path instanceFile() {
        return path.resolve("instance.json");
    }

    /** The right to run on the folder; close it last. */
    public final class Claim implements AutoCloseable {

        private final FileChannel channel;

        private Claim(FileChannel channel) {
            this.channel = channel;
        }

        /** Replaces the instance file in one step. */
        public void write(Instance instance) {
            try {
                Path next = Files.createTempFile(path, "instance", ".tmp");
                JSON.writeValue(next.toFile(), instance);
                Files.move(next, instanceFile(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new StartFailure("The file %s cannot be written: %s".formatted(instanceFile(), e), e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new StartFailure("The lock of %s cannot be given back: %s".formatted(path, e), e);
            }
        }
    }
}
