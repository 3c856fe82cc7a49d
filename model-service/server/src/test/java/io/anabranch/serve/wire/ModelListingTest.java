package io.anabranch.serve.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.Traffic;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ListModelsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelListingTest {

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 100, Duration.ofSeconds(1), () -> true);
    private final ModelListing listing = new ModelListing(
            registry, new ModelMessages(registry, new EmbeddingView(), new Traffic(1000, new SimpleMeterRegistry())));

    /** Versions 1 to 9 of m, the odd ones covered, 3 active and 7 retired; 10 is of n. */
    @BeforeEach
    void publish() {
        log.feed(registry);
        for (int version = 1; version <= 9; version++) {
            publisher.publish(TestModels.imported("m"));
            if (version % 2 == 1) {
                registry.cover(version, 0, 1);
            }
        }
        publisher.publish(TestModels.imported("n"));
        publisher.promote("m", 3);
        publisher.retire("m", 7);
    }

    private static List<Long> versions(ListModelsResponse page) {
        return page.getModelsList().stream().map(Model::getVersion).toList();
    }

    private List<List<Long>> pages(ListModelsRequest request) {
        List<List<Long>> pages = new ArrayList<>();
        ListModelsResponse page = listing.page(request);
        pages.add(versions(page));
        while (!page.getNextPageToken().isEmpty()) {
            page = listing.page(
                    request.toBuilder().setPageToken(page.getNextPageToken()).build());
            pages.add(versions(page));
        }
        return pages;
    }

    @Test
    void withoutAFilterAllVersionsComeOldestFirst() {
        assertThat(pages(ListModelsRequest.getDefaultInstance()))
                .containsExactly(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L));
        Model retired = listing.page(ListModelsRequest.getDefaultInstance()).getModels(6);
        assertThat(retired.getState()).isEqualTo(ModelState.MODEL_STATE_RETIRED);
        assertThat(retired.getSpec()).isEqualTo(TestModels.imported("m").getSpec());
        assertThat(retired.getProvenance().getOrigin()).isEqualTo("imported");
    }

    @Test
    void pagesFollowOneAnother() {
        ListModelsRequest request =
                ListModelsRequest.newBuilder().setName("m").setPageSize(4).build();
        assertThat(pages(request)).containsExactly(List.of(1L, 2L, 3L, 4L), List.of(5L, 6L, 7L, 8L), List.of(9L));
        assertThat(pages(request.toBuilder().setPageSize(9).build()))
                .as("a full last page has no next")
                .hasSize(1);
        assertThat(pages(request.toBuilder().setPageSize(5000).build())).hasSize(1);
    }

    @Test
    void versionsThatComeBetweenTwoPagesShiftNothing() {
        ListModelsRequest request =
                ListModelsRequest.newBuilder().setName("m").setPageSize(8).build();
        String next = listing.page(request).getNextPageToken();
        publisher.publish(TestModels.imported("m"));
        assertThat(versions(listing.page(request.toBuilder().setPageToken(next).build())))
                .containsExactly(9L, 11L);
    }

    @Test
    void statesFilter() {
        assertThat(pages(ListModelsRequest.newBuilder()
                        .addStates(ModelState.MODEL_STATE_ACTIVE)
                        .addStates(ModelState.MODEL_STATE_COVERED)
                        .setPageSize(3)
                        .build()))
                .containsExactly(List.of(1L, 3L, 5L), List.of(9L));
        assertThat(pages(ListModelsRequest.newBuilder()
                        .addStates(ModelState.MODEL_STATE_RETIRED)
                        .build()))
                .containsExactly(List.of(7L));
        assertThat(pages(ListModelsRequest.newBuilder().setName("nobody").build()))
                .containsExactly(List.of());
    }

    private void assertRefused(ListModelsRequest.Builder request, String field) {
        assertThatThrownBy(() -> listing.page(request.build()))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(field + ": ");
    }

    @Test
    void aWrongPageIsRefused() {
        String next = listing.page(ListModelsRequest.newBuilder()
                        .setName("m")
                        .setPageSize(1)
                        .build())
                .getNextPageToken();
        assertRefused(ListModelsRequest.newBuilder().setName("n").setPageToken(next), "page_token");
        assertRefused(
                ListModelsRequest.newBuilder()
                        .setName("m")
                        .addStates(ModelState.MODEL_STATE_ACTIVE)
                        .setPageToken(next),
                "page_token");
        assertRefused(ListModelsRequest.newBuilder().setPageToken("!"), "page_token");
        assertRefused(ListModelsRequest.newBuilder().setPageToken("AAAA"), "page_token");
        assertRefused(ListModelsRequest.newBuilder().setPageSize(-1), "page_size");
        assertRefused(ListModelsRequest.newBuilder().addStates(ModelState.MODEL_STATE_UNSPECIFIED), "states[0]");
        assertRefused(ListModelsRequest.newBuilder().addStatesValue(99), "states[0]");
    }
}
