package io.anabranch.serve.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.model.v1.ModelAlias;
import io.anabranch.model.v1.ModelChunk;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.TestModels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(2));

    private static ModelSnapshot big(long version) {
        byte[] noise = new byte[SnapshotChunks.CHUNK_BYTES * 5 / 2];
        new Random(7).nextBytes(noise);
        return TestModels.trained("m").toBuilder()
                .setVersion(version)
                .addTensors(TestModels.tensor("t", List.of(0)).toBuilder().setData(ByteString.copyFrom(noise)))
                .build();
    }

    /** Of a version that must be there. */
    private static ModelVersion version(ModelRegistry registry, long version) {
        return Objects.requireNonNull(registry.catalog().version(version));
    }

    private static byte[] value(ModelRecord record) {
        return Objects.requireNonNull(record.value()).toByteArray();
    }

    private void apply(ModelRecord record) throws InvalidProtocolBufferException {
        registry.apply(
                record.key(), record.value() == null ? null : record.value().toByteArray());
    }

    @Test
    void aBigModelTravelsInChunksWithTheManifestBehind() throws Exception {
        List<ModelRecord> records = SnapshotChunks.cut(big(3));
        assertThat(records).hasSize(4);
        assertThat(records.getLast().key().getManifest()).isEqualTo(3);
        assertThat(records.subList(0, 3))
                .allSatisfy(r -> assertThat(value(r)).hasSizeLessThanOrEqualTo(SnapshotChunks.CHUNK_BYTES + 8));
        for (ModelRecord record : records.subList(0, 3)) {
            apply(record);
            assertThat(registry.catalog().version(3)).isNull();
        }
        apply(records.get(3));
        assertThat(version(registry, 3).snapshot()).isEqualTo(big(3));
    }

    @Test
    void recordsInAnyOrderGiveTheSameModel() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            ModelRegistry other = new ModelRegistry(new CoverageTable(1));
            List<ModelRecord> shuffled = new ArrayList<>(SnapshotChunks.cut(big(1)));
            Collections.shuffle(shuffled, new Random(seed));
            for (ModelRecord record : shuffled) {
                other.apply(record.key(), value(record));
            }
            assertThat(version(other, 1).snapshot()).as("seed %d", seed).isEqualTo(big(1));
        }
    }

    @Test
    void aChunkUnderAForeignIndexStandsForNoneThatIsMissing() throws Exception {
        List<ModelRecord> records = SnapshotChunks.cut(big(1));
        apply(new ModelRecord(SnapshotChunks.chunkKey(1, 7), records.get(0).value()));
        apply(records.get(1));
        apply(records.get(2));
        apply(records.get(3));
        assertThat(registry.catalog().version(1)).isNull();
        apply(records.get(0));
        assertThat(version(registry, 1).snapshot()).isEqualTo(big(1));
    }

    @Test
    void aDamagedChunkIsNoModel() throws Exception {
        List<ModelRecord> records = SnapshotChunks.cut(big(1));
        ModelChunk damaged = ModelChunk.newBuilder()
                .setData(ByteString.copyFromUtf8("damaged"))
                .build();
        apply(new ModelRecord(records.get(0).key(), damaged));
        apply(records.get(1));
        apply(records.get(2));
        assertThatThrownBy(() -> apply(records.get(3)))
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining("version 1")
                .hasMessageContaining("SHA-256");
        assertThat(registry.catalog().version(1)).isNull();
        assertThat(registry.catalog().greatestVersion()).isEqualTo(1);
    }

    @Test
    void statesFollowCoverageAliasAndRetirement() throws Exception {
        ModelSnapshot snapshot =
                TestModels.trained("m").toBuilder().setVersion(5).build();
        for (ModelRecord record : SnapshotChunks.cut(snapshot)) {
            apply(record);
        }
        ModelVersion version = version(registry, 5);
        assertThat(registry.state(version)).isEqualTo(ModelState.FILLING);
        registry.cover(5, 0, 1);
        assertThat(registry.state(version)).isEqualTo(ModelState.FILLING);
        registry.cover(5, 1, 1);
        assertThat(registry.state(version)).isEqualTo(ModelState.COVERED);
        // A partition that restarted has to say it again.
        registry.coverage().saw(1, 2);
        assertThat(registry.state(version)).isEqualTo(ModelState.FILLING);
        registry.cover(5, 1, 2);
        assertThat(registry.state(version)).isEqualTo(ModelState.COVERED);
        apply(new ModelRecord(
                ModelKey.newBuilder().setAlias("m").build(),
                ModelAlias.newBuilder().setName("m").setActiveVersion(5).build()));
        assertThat(registry.state(version)).isEqualTo(ModelState.ACTIVE);
        for (ModelRecord record : SnapshotChunks.retire(Objects.requireNonNull(registry.manifestOf(5)), version)) {
            apply(record);
        }
        ModelVersion retired = version(registry, 5);
        assertThat(registry.state(retired)).isEqualTo(ModelState.RETIRED);
        assertThat(Objects.requireNonNull(retired.snapshot()).getTensorsList()).isEmpty();
        assertThat(retired.spec()).isEqualTo(snapshot.getSpec());
    }

    @Test
    void aRetiredVersionWithoutChunksKeepsItsNumber() throws Exception {
        List<ModelRecord> records = SnapshotChunks.cut(
                TestModels.trained("m").toBuilder().setVersion(9).build());
        ModelRegistry writer = new ModelRegistry(new CoverageTable(1));
        for (ModelRecord record : records) {
            writer.apply(record.key(), value(record));
        }
        ModelManifest ofAnEarlierRelease = Objects.requireNonNull(writer.manifestOf(9)).toBuilder()
                .setRetired(true)
                .build();
        apply(new ModelRecord(SnapshotChunks.manifestKey(9), ofAnEarlierRelease));
        assertThat(version(registry, 9).retired()).isTrue();
        assertThat(version(registry, 9).snapshot()).isNull();
        assertThat(registry.catalog().greatestVersion()).isEqualTo(9);
    }

    @Test
    void aRetiredVersionSaysWhatItWasAfterARestart() throws Exception {
        ModelSnapshot snapshot =
                TestModels.trained("m").toBuilder().setVersion(9).build();
        ModelRegistry writer = new ModelRegistry(new CoverageTable(1));
        for (ModelRecord record : SnapshotChunks.cut(snapshot)) {
            writer.apply(record.key(), value(record));
        }
        for (ModelRecord record :
                SnapshotChunks.retire(Objects.requireNonNull(writer.manifestOf(9)), version(writer, 9))) {
            apply(record);
        }
        assertThat(version(registry, 9).retired()).isTrue();
        assertThat(version(registry, 9).spec()).isEqualTo(snapshot.getSpec());
        assertThat(version(registry, 9).provenance()).isEqualTo(snapshot.getProvenance());
        assertThat(Objects.requireNonNull(version(registry, 9).snapshot()).getTensorsList())
                .isEmpty();
    }

    @Test
    void anEmptyKeyIsRefused() {
        assertThatThrownBy(() -> registry.apply(ModelKey.getDefaultInstance(), new byte[0]))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }
}
