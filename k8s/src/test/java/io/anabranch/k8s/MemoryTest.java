package io.anabranch.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.stream.SharedRocksMemory;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The sum of docs/operations.md ("Memory"): everything that may be allocated fits the limit, or the kernel would end the process. */
class MemoryTest {

    private static final long MIB = 1L << 20;
    private static final List<String> UNITS = List.of("k", "m", "g");
    /** The collector's own structures, as a share of the heap; and stacks of threads. */
    private static final double COLLECTOR = 0.1;

    private static final long STACKS = 64 * MIB;

    @ParameterizedTest
    @EnumSource
    void everythingFitsTheLimit(Overlay overlay) throws ReflectiveOperationException {
        Manifests manifests = overlay.manifests();
        for (Pod pod : List.of(
                Pod.of(manifests, "StatefulSet", "stream-processor"),
                Pod.of(manifests, "Deployment", "model-service"))) {
            long limit = Policies.memoryLimit(pod.container()).longValueExact();
            assertThat(sum(pod)).as("%s: MiB of %s", pod.name(), limit / MIB).isBetween(limit * 3 / 4, limit);
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAP,7g", "DIRECT_MEMORY,2g", "TENSOR_MEMORY,3g"})
    void whatDoesNotFitIsSeen(String variable, String value) throws ReflectiveOperationException {
        Manifests right = Overlay.PROD.manifests();
        var environment = right.one("Deployment", "model-service").at("/spec/template/spec/containers/0/env");
        int index = 0;
        while (!environment.get(index).path("name").asText().equals(variable)) {
            index++;
        }
        Manifests wrong = new Mutation(
                        "Deployment",
                        "model-service",
                        "/spec/template/spec/containers/0/env/%d/value".formatted(index),
                        "\"%s\"".formatted(value))
                .of(right);
        Pod pod = Pod.of(wrong, "Deployment", "model-service");
        assertThat(sum(pod)).isGreaterThan(Policies.memoryLimit(pod.container()).longValueExact());
    }

    private static long sum(Pod pod) throws ReflectiveOperationException {
        long heap = option(pod, "-Xmx");
        assertThat(option(pod, "-Xms")).as("the heap is there from the start").isEqualTo(heap);
        long outside = pod.name().equals("stream-processor")
                ? constant("CACHE_BYTES") + constant("WRITE_BUFFERS_BYTES")
                : option(pod, "-Dorg.bytedeco.javacpp.maxbytes=");
        return heap
                + (long) (heap * COLLECTOR)
                + option(pod, "-XX:MaxDirectMemorySize=")
                + option(pod, "-XX:MaxMetaspaceSize=")
                + option(pod, "-XX:ReservedCodeCacheSize=")
                + outside
                + STACKS;
    }

    private static long option(Pod pod, String prefix) {
        String size = pod.command().stream()
                .filter(word -> word.startsWith(prefix))
                .map(word -> word.substring(prefix.length()).toLowerCase(Locale.ROOT))
                .findFirst()
                .orElseThrow(() -> new AssertionError("%s has no %s.".formatted(pod.name(), prefix)));
        int unit = UNITS.indexOf(size.substring(size.length() - 1));
        return Long.parseLong(size.substring(0, size.length() - 1)) << (10 * (unit + 1));
    }

    /** What RocksDB may take in one process. */
    private static long constant(String name) throws ReflectiveOperationException {
        Field field = SharedRocksMemory.class.getDeclaredField(name);
        field.setAccessible(true);
        return field.getLong(null);
    }
}
