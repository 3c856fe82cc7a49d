package io.anabranch.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceFolderTest {

    private static final Map<String, String> ANY_PORTS =
            Map.of(Settings.GRPC_PORT, "0", Settings.HTTP_PORT, "0", Settings.BROKER_PORT, "0");

    @TempDir
    Path path;

    @Test
    void anInstanceRunsWhileItsClaimIsHeld() {
        InstanceFolder folder = new InstanceFolder(path);
        assertThat(folder.running()).isFalse();
        try (InstanceFolder.Claim claim = folder.claim()) {
            Instance instance = plan(folder, Map.of(), 12);
            claim.write(instance);
            assertThat(folder.running()).isTrue();
            assertThat(folder.read()).isEqualTo(instance);
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(folder::claim)
                    .withMessageContaining("An instance already runs on the folder " + path);
        }
        assertThat(folder.running()).isFalse();
    }

    @Test
    void aNextStartKeepsPortsAndShape() {
        InstanceFolder folder = new InstanceFolder(path);
        Instance first = remembered(folder, 12);

        Instance second = plan(folder, Map.of(), null);

        assertThat(second)
                .usingRecursiveComparison()
                .ignoringFields("startedAtMs")
                .isEqualTo(first);
    }

    @Test
    void anotherFeatureDimensionIsRefused() {
        InstanceFolder folder = new InstanceFolder(path);
        remembered(folder, 12);

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> plan(folder, Map.of(Settings.FEATURE_DIMENSION, "1433"), null))
                .withMessageContaining("feature dimension 12, not 1433");
    }

    @Test
    void anotherNumberOfPartitionsIsRefused() {
        InstanceFolder folder = new InstanceFolder(path);
        remembered(folder, 12);

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> plan(folder, Map.of(Settings.PARTITIONS, "7"), null))
                .withMessageContaining("in 4 partitions, not 7");
    }

    @Test
    void aNewFolderNeedsAFeatureDimension() {
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> plan(new InstanceFolder(path), Map.of(), null))
                .withMessageContaining(Settings.FEATURE_DIMENSION)
                .withMessageContaining("--feature-dimension");
    }

    @Test
    void aNamedPortMustBeFree() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> plan(new InstanceFolder(path), Map.of(Settings.GRPC_PORT, port), 12))
                    .withMessageContaining("The port " + port + " for gRPC is in use")
                    .withMessageContaining("--grpc-port");
        }
    }

    @Test
    void aDamagedInstanceFileIsNamed() throws IOException {
        Path file = Files.writeString(path.resolve("instance.json"), "{");

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> new InstanceFolder(path).read())
                .withMessageContaining(file + " is damaged");
    }

    private static Instance remembered(InstanceFolder folder, int dimension) {
        try (InstanceFolder.Claim claim = folder.claim()) {
            Instance instance = plan(folder, Map.of(), dimension);
            claim.write(instance);
            return instance;
        }
    }

    private static Instance plan(InstanceFolder folder, Map<String, String> settings, @Nullable Integer dimension) {
        TreeMap<String, String> all = new TreeMap<>(ANY_PORTS);
        all.putAll(settings);
        return InstancePlan.of(new StartRequest(folder, all, dimension, false), Clock.systemUTC());
    }
}
