package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelAlias;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.HistorySnapshots;
import io.anabranch.stream.frozen.Snapshots;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

class ModelAssemblyTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ModelAssembly assembly = new ModelAssembly(2, false, new StreamMetrics(registry));

    private void accept(List<KeyValue<byte[], byte[]>> records) {
        records.forEach(record -> assembly.accept(record.key, record.value));
    }

    private List<Long> live() {
        return assembly.current().live().stream().map(FrozenModel::version).toList();
    }

    private double refused() {
        return registry.get("anabranch.models.rejected").counter().count();
    }

    @Test
    void aModelIsLiveWithItsManifest() {
        List<KeyValue<byte[], byte[]>> records = TestModels.records(TestModels.sumOfNeighbors(3), 40);
        assertThat(records.size()).isGreaterThan(4);
        for (KeyValue<byte[], byte[]> record : records.subList(0, records.size() - 1)) {
            assertThat(assembly.accept(record.key, record.value)).isFalse();
        }
        assertThat(live()).isEmpty();
        assertThat(assembly.accept(records.getLast().key, records.getLast().value))
                .isTrue();
        assertThat(live()).containsExactly(3L);
        assertThat(refused()).isZero();
    }

    @Test
    void versionsLiveSideBySideInTheirOrder() {
        accept(TestModels.records(TestModels.sumOfNeighbors(9), 1_000));
        accept(TestModels.records(TestModels.sumOfNeighbors(4), 1_000));
        assertThat(live()).containsExactly(4L, 9L);
    }

    @Test
    void aRetiredModelGoesAndNeverComesBack() {
        List<KeyValue<byte[], byte[]>> records = TestModels.records(TestModels.sumOfNeighbors(3), 1_000);
        accept(records);
        assertThat(assembly.accept(TestModels.manifestKey(3), TestModels.retired(3)))
                .isTrue();
        assertThat(live()).isEmpty();
        assertThat(assembly.current().retired()).containsExactly(3L);
        accept(records);
        assertThat(live()).isEmpty();
    }

    @Test
    void aManifestWithoutValueRetiresToo() {
        accept(TestModels.records(TestModels.sumOfNeighbors(3), 1_000));
        assembly.accept(TestModels.manifestKey(3), null);
        assertThat(live()).isEmpty();
    }

    @Test
    void aMissingChunkIsRefused() {
        List<KeyValue<byte[], byte[]>> records = new ArrayList<>(TestModels.records(TestModels.sumOfNeighbors(3), 40));
        records.remove(1);
        accept(records);
        assertThat(live()).isEmpty();
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aTornChunkIsRefused() {
        List<KeyValue<byte[], byte[]>> records = TestModels.records(TestModels.sumOfNeighbors(3), 1_000);
        byte[] chunk = records.getFirst().value;
        chunk[chunk.length - 1] ^= 1;
        accept(records);
        assertThat(live()).isEmpty();
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aSnapshotOfAnotherVersionIsRefused() {
        List<KeyValue<byte[], byte[]>> records = TestModels.records(TestModels.sumOfNeighbors(3), 1_000);
        List<KeyValue<byte[], byte[]>> others = TestModels.records(TestModels.sumOfNeighbors(4), 1_000);
        assembly.accept(others.getFirst().key, records.getFirst().value);
        assembly.accept(others.getLast().key, records.getLast().value);
        assertThat(live()).isEmpty();
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aModelForOtherFeaturesIsRefused() {
        ModelAssembly wide = new ModelAssembly(3, false, new StreamMetrics(registry));
        TestModels.records(TestModels.sumOfNeighbors(3), 1_000)
                .forEach(record -> wide.accept(record.key, record.value));
        assertThat(wide.current().live()).isEmpty();
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aModelThatReadsHistoriesIsRefusedWhereNoneAreKept() {
        ModelSnapshot reading = HistorySnapshots.reading(
                Snapshots.random(
                        5,
                        Convolution.CONVOLUTION_SAGE_SUM,
                        FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                        new SplittableRandom(1),
                        6,
                        2),
                4,
                new SplittableRandom(2));
        accept(TestModels.records(reading, 1_000));
        assertThat(live()).isEmpty();
        assertThat(refused()).isEqualTo(1);
        ModelAssembly keeping = new ModelAssembly(2, true, new StreamMetrics(registry));
        TestModels.records(reading, 1_000).forEach(record -> keeping.accept(record.key, record.value));
        assertThat(keeping.current().live()).hasSize(1);
    }

    @Test
    void aModelThatCannotBeFrozenIsRefusedAndTheNextIsTaken() {
        ModelSnapshot torn =
                TestModels.sumOfNeighbors(3).toBuilder().removeTensors(1).build();
        accept(TestModels.records(torn, 1_000));
        accept(TestModels.records(TestModels.sumOfNeighbors(4), 1_000));
        assertThat(live()).containsExactly(4L);
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void rubbishIsRefused() {
        assembly.accept(null, new byte[0]);
        assembly.accept(new byte[0], new byte[0]);
        assembly.accept(new byte[] {-1}, new byte[0]);
        assembly.accept(TestModels.manifestKey(3), new byte[] {-1});
        assertThat(refused()).isEqualTo(4);
        assertThat(live()).isEmpty();
    }

    @Test
    void aliasesAreForOthers() {
        byte[] key = ModelKey.newBuilder().setAlias("fraud").build().toByteArray();
        byte[] value = ModelAlias.newBuilder()
                .setName("fraud")
                .setActiveVersion(3)
                .build()
                .toByteArray();
        assertThat(assembly.accept(key, value)).isFalse();
        assertThat(refused()).isZero();
    }
}
