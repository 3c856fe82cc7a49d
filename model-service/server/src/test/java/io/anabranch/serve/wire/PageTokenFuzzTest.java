package io.anabranch.serve.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.graph.testkit.ByteMutations;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.Traffic;
import io.anabranch.serve.recompute.ReplicaGraph;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.v1.Edge;
import io.anabranch.v1.EdgeDirection;
import io.anabranch.v1.ListEdgesRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ListModelsResponse;
import io.anabranch.v1.Model;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Page tokens that no page had: each leads to an end of the list, or is refused. */
class PageTokenFuzzTest {

    private static final int TOKENS = Integer.getInteger("fuzz.records", 20_000);
    private static final long SEED = Long.getLong("test.seed", 20261130);

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final ModelListing listing = new ModelListing(
            registry, new ModelMessages(registry, new EmbeddingView(), new Traffic(1000, new SimpleMeterRegistry())));

    private static List<Long> versions(ListModelsResponse page) {
        return page.getModelsList().stream().map(Model::getVersion).toList();
    }

    @Test
    void aTokenIsReadOrRefused() {
        MemoryModelLog log = new MemoryModelLog();
        log.feed(registry);
        ModelPublisher publisher = new ModelPublisher(registry, log, 100, Duration.ofSeconds(1), () -> true);
        for (int version = 1; version <= 9; version++) {
            publisher.publish(TestModels.imported("m"));
        }
        List<Long> all = versions(listing.page(ListModelsRequest.getDefaultInstance()));
        String valid = listing.page(
                        ListModelsRequest.newBuilder().setPageSize(3).build())
                .getNextPageToken();
        RandomGenerator random = new SplittableRandom(SEED);
        int read = 0;
        for (int i = 0; i < TOKENS; i++) {
            String text = spoiled(valid, random);
            String token = "Token %d of seed %d: %s".formatted(i, SEED, text);
            try {
                List<Long> page = versions(listing.page(
                        ListModelsRequest.newBuilder().setPageToken(text).build()));
                assertThat(page).as(token).isEqualTo(all.subList(all.size() - page.size(), all.size()));
                read++;
            } catch (ProblemException e) {
                assertThat(e.problem()).as(token).isInstanceOf(Problem.Invalid.class);
            } catch (RuntimeException e) {
                throw new AssertionError(token, e);
            }
        }
        assertThat(read).isBetween(TOKENS / 100, TOKENS - TOKENS / 100);
    }

    @Test
    void aTokenOfEdgesIsReadOrRefused() {
        GraphReplica replica = new GraphReplica(0);
        for (int i = 0; i < 9; i++) {
            replica.putEdge(new EdgeId("s" + i % 5, "n", i < 5 ? "" : "type"), 1, Provenance.OBSERVED);
        }
        GraphCalls calls = new GraphCalls(new ReplicaGraph(replica), List::of, 1);
        ListEdgesRequest.Builder request =
                ListEdgesRequest.newBuilder().setNodeId("n").setDirection(EdgeDirection.EDGE_DIRECTION_IN);
        List<Edge> all = calls.listEdges(request.build()).getEdgesList();
        String valid = calls.listEdges(request.clone().setPageSize(4).build()).getNextPageToken();
        RandomGenerator random = new SplittableRandom(SEED);
        int read = 0;
        for (int i = 0; i < TOKENS; i++) {
            String text = spoiled(valid, random);
            String token = "Token %d of seed %d: %s".formatted(i, SEED, text);
            try {
                List<Edge> page = calls.listEdges(
                                request.clone().setPageToken(text).build())
                        .getEdgesList();
                assertThat(page).as(token).isEqualTo(all.subList(all.size() - page.size(), all.size()));
                read++;
            } catch (ProblemException e) {
                assertThat(e.problem()).as(token).isInstanceOf(Problem.Invalid.class);
            } catch (RuntimeException e) {
                throw new AssertionError(token, e);
            }
        }
        assertThat(read).isBetween(TOKENS / 100, TOKENS - TOKENS / 100);
    }

    /** The token itself, or what it is the Base64 of. */
    private static String spoiled(String valid, RandomGenerator random) {
        byte[] inside = Base64.getUrlDecoder().decode(valid);
        return switch (random.nextInt(4)) {
            case 0 -> new String(ByteMutations.random(random), ISO_8859_1);
            case 1 -> new String(ByteMutations.of(valid.getBytes(ISO_8859_1), random), ISO_8859_1);
            default -> Base64.getUrlEncoder().withoutPadding().encodeToString(ByteMutations.of(inside, random));
        };
    }
}
