package io.anabranch.serve.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.Coverage;
import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.embedding.v1.Freshness;
import io.anabranch.embedding.v1.Progress;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.ModelRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class EmbeddingFeedTest {

    private static final long NOW = 10_000;

    private final EmbeddingView view = new EmbeddingView();
    private final ProgressView progress = new ProgressView(2);
    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(2));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FreshnessMeter freshness = new FreshnessMeter(meters);
    private final EmbeddingFeed feed = new EmbeddingFeed(
            view, progress, registry, freshness, Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));

    private static byte[] key(long version, String id) {
        return EmbeddingKey.newBuilder()
                .setModelVersion(version)
                .setVertexId(id)
                .build()
                .toByteArray();
    }

    private static byte[] embedding(long epoch, long position, long accepted) {
        return EmbeddingRecord.newBuilder()
                .setEpoch(epoch)
                .setEmbedding(Embedding.newBuilder()
                        .addVector(1)
                        .setFreshness(
                                Freshness.newBuilder().setPosition(position).setAcceptedTimeMs(accepted)))
                .build()
                .toByteArray();
    }

    private void cover(long version, int partition, long epoch, int partitions) throws Exception {
        byte[] key = EmbeddingKey.newBuilder()
                .setModelVersion(version)
                .setPartition(partition)
                .build()
                .toByteArray();
        byte[] value = EmbeddingRecord.newBuilder()
                .setEpoch(epoch)
                .setCoverage(Coverage.newBuilder().setPartitions(partitions))
                .build()
                .toByteArray();
        feed.accept(key, value, partition, 0, true);
    }

    @Test
    void progressIsTakenFromItsOwnRecords() throws Exception {
        byte[] key = EmbeddingKey.newBuilder().setProgressPartition(1).build().toByteArray();
        feed.accept(
                key,
                EmbeddingRecord.newBuilder()
                        .setEpoch(3)
                        .setProgress(Progress.newBuilder().addPositions(5).addPositions(0))
                        .build()
                        .toByteArray(),
                1,
                0,
                true);
        assertThat(progress.positions(1)).containsExactly(5, 0);
        assertThat(progress.positions(0)).isEmpty();
        byte[] tooShort = EmbeddingRecord.newBuilder()
                .setProgress(Progress.newBuilder().addPositions(5))
                .build()
                .toByteArray();
        assertThatThrownBy(() -> feed.accept(key, tooShort, 1, 0, true))
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining("Progress of partition 1");
    }

    @Test
    void everyStageIsMeasured() throws Exception {
        cover(1, 0, 1, 2);
        byte[] value = EmbeddingRecord.newBuilder()
                .setEpoch(1)
                .setEmbedding(Embedding.newBuilder()
                        .addVector(1)
                        .setFreshness(Freshness.newBuilder()
                                .setPosition(1)
                                .setEventTimeMs(NOW - 500)
                                .setAcceptedTimeMs(NOW - 300)
                                .setSentTimeMs(NOW - 100)))
                .build()
                .toByteArray();
        feed.accept(key(1, "a"), value, 0, 0, true);
        assertThat(freshness.summary(FreshnessMeter.Stage.SENT).maxMs()).isEqualTo(200);
        assertThat(freshness.summary(FreshnessMeter.Stage.DELIVERED).maxMs()).isEqualTo(100);
        assertThat(freshness.summary(FreshnessMeter.Stage.READABLE).maxMs()).isEqualTo(300);
        assertThat(freshness.summary(FreshnessMeter.Stage.EVENT_TIME).maxMs()).isEqualTo(500);
    }

    @Test
    void tombstonesRemove() throws Exception {
        feed.accept(key(1, "a"), embedding(1, 1, 1), 0, 0, false);
        feed.accept(key(2, "a"), embedding(1, 1, 1), 0, 0, false);
        assertThat(view.size(1)).isOne();
        feed.accept(key(1, "a"), null, 0, 0, false);
        assertThat(view.size(1)).isZero();
        assertThat(view.size(2)).isOne();
    }

    @Test
    void onlyWhatTellsOfAnEventIsMeasured() throws Exception {
        feed.accept(key(1, "a"), embedding(1, 5, NOW - 900), 0, 0, true);
        assertThat(freshness.summary().count()).as("the fill of a new version").isZero();
        cover(1, 0, 1, 2);
        feed.accept(key(1, "a"), embedding(1, 6, NOW - 40), 0, 0, false);
        assertThat(freshness.summary().count()).as("history").isZero();
        feed.accept(key(1, "a"), embedding(1, 7, NOW - 40), 0, 0, true);
        assertThat(freshness.summary().count()).isOne();
        assertThat(freshness.summary().p99Ms()).isEqualTo(40);
        feed.accept(key(1, "a"), embedding(1, 7, NOW - 40), 0, 0, true);
        assertThat(freshness.summary().count()).as("a repetition").isOne();
        feed.accept(key(1, "a"), embedding(2, 8, NOW - 5000), 0, 0, true);
        assertThat(freshness.summary().count())
                .as("the re-emission after a restart, before its coverage")
                .isOne();
        cover(1, 0, 2, 2);
        feed.accept(key(1, "b"), embedding(2, 9, NOW - 60), 0, 0, true);
        assertThat(freshness.summary().count()).isEqualTo(2);
        assertThat(freshness.summary().maxMs()).isEqualTo(60);
        assertThat(meters.get("anabranch.embedding.freshness").timer().count()).isEqualTo(2);
    }

    @Test
    void coverageOfAllPartitionsOfThePresentIncarnationsCompletes() throws Exception {
        cover(1, 0, 3, 2);
        assertThat(registry.coverage().complete(1)).isFalse();
        cover(1, 1, 1, 2);
        assertThat(registry.coverage().complete(1)).isTrue();
        feed.accept(key(1, "a"), embedding(4, 1, 1), 0, 0, true);
        assertThat(registry.coverage().complete(1)).isFalse();
        assertThat(registry.coverage().count(1)).isOne();
        cover(1, 0, 4, 2);
        assertThat(registry.coverage().complete(1)).isTrue();
    }

    @Test
    void whatIsNotOfTheVocabularyIsRefused() {
        assertThatThrownBy(() -> feed.accept(null, null, 0, 0, true))
                .isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> feed.accept(new byte[] {1, 2, 3}, null, 0, 0, true))
                .isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> cover(1, 0, 1, 7))
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining("7");
        assertThatThrownBy(() -> cover(1, 2, 1, 2)).isInstanceOf(InvalidProtocolBufferException.class);
    }
}
