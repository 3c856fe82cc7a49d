package io.anabranch.serve.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.Ownership;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.map.EmbeddingMap.Point;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddingMapsTest {

    private static final int PARTITIONS = 4;
    private static final List<EventPosition> REFLECTED = List.of(new EventPosition(0, 41));

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 9, Duration.ofSeconds(1), () -> true);
    private final EmbeddingView view = new EmbeddingView();
    private final Clock clock = Clock.fixed(Instant.ofEpochMilli(100_000), ZoneOffset.UTC);
    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EmbeddingMaps maps = new EmbeddingMaps(
            new Predictions(registry, view, List::of), view, PARTITIONS, () -> REFLECTED, clock, nanos::get, meters);

    @BeforeEach
    void start() {
        log.feed(registry);
        maps.start();
    }

    @AfterEach
    void stop() {
        maps.close();
    }

    private long serve(ModelSnapshot model) {
        long version = publisher.publish(model).version();
        registry.cover(version, 0, 1);
        publisher.promote(model.getSpec().getName(), version);
        return version;
    }

    private void put(long version, String id, long acceptedMs, float... values) {
        view.put(version, id, new NodeVector(values, new NodeFreshness(0, acceptedMs, 0, 0)));
    }

    private EmbeddingMap map(String name, String task, int maxNodes) throws Exception {
        return maps.map(new ModelChoice(name, 0, "", ""), task, maxNodes).get(10, TimeUnit.SECONDS);
    }

    private EmbeddingMap later(String name, String task, int maxNodes) throws Exception {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        return map(name, task, maxNodes);
    }

    private static Set<String> ids(EmbeddingMap map) {
        Set<String> ids = new HashSet<>();
        map.points().forEach(point -> ids.add(point.nodeId()));
        return ids;
    }

    private static List<Integer> classes(EmbeddingMap map) {
        return map.points().stream()
                .sorted(Comparator.comparing(Point::nodeId))
                .map(Point::classIndex)
                .toList();
    }

    @Test
    void aPointHasItsClassItsOwnerAndItsAge() throws Exception {
        long version = serve(TestModels.everyTask("m"));
        put(version, "a", 99_500, 3, 1);
        put(version, "b", 90_000, -1, 2);
        put(version, "c", 100_001, -2, -1);
        EmbeddingMap map = map("m", "class", 0);
        assertThat(map.modelVersion()).isEqualTo(version);
        assertThat(map.task()).isEqualTo("class");
        assertThat(map.classNames()).containsExactly("a", "b");
        assertThat(map.vertices()).isEqualTo(3);
        assertThat(map.reflected()).isEqualTo(REFLECTED);
        assertThat(map.axesRevision()).isEqualTo(100_000);
        assertThat(map.explained()).isEqualTo(1);
        assertThat(classes(map)).containsExactly(0, 1, 1);
        for (Point point : map.points()) {
            assertThat(point.partition())
                    .isEqualTo(Ownership.byHash(PARTITIONS, 0).ownerOf(point.nodeId()));
            assertThat(point.ageS())
                    .isEqualTo(
                            switch (point.nodeId()) {
                                case "a" -> 0.5f;
                                case "b" -> 10f;
                                default -> 0f;
                            });
        }
        // Two columns, two axes: distances are those of the embeddings.
        Map<String, Point> byId = new HashMap<>();
        map.points().forEach(point -> byId.put(point.nodeId(), point));
        Point a = Objects.requireNonNull(byId.get("a"));
        Point b = Objects.requireNonNull(byId.get("b"));
        assertThat(Math.hypot(a.x() - b.x(), a.y() - b.y())).isCloseTo(Math.hypot(4, 1), within(1e-5));
        assertThat(classes(map("m", "tags", 0)))
                .as("of several the likeliest; or none")
                .containsExactly(0, 1, 2);
        EmbeddingMap amounts = map("m", "amount", 0);
        assertThat(amounts.classNames()).isEmpty();
        assertThat(classes(amounts)).containsExactly(0, 0, 0);
    }

    @Test
    void whereThereIsNoTaskOrSeveral() throws Exception {
        long links = serve(TestModels.model("links", "imported", TestModels.head("link", HeadKind.HEAD_KIND_LINK))
                .build());
        put(links, "a", 0, 1, 1);
        EmbeddingMap map = map("links", "", 0);
        assertThat(map.task()).isEmpty();
        assertThat(classes(map)).containsExactly(0);
        serve(TestModels.everyTask("m"));
        assertProblem(() -> map("m", "", 0), Problem.Invalid.class, "task");
        assertProblem(() -> map("m", "nothing", 0), Problem.Missing.class, "nothing");
        assertProblem(() -> map("nobody", "", 0), Problem.Missing.class, "nobody");
        assertProblem(() -> map("m", "class", 50_001), Problem.Invalid.class, "50000");
        assertProblem(() -> map("m", "class", -1), Problem.Invalid.class, "4294967295");
        EmbeddingMap empty = map("m", "class", 50_000);
        assertThat(empty.points()).isEmpty();
        assertThat(empty.axesRevision()).isZero();
    }

    @Test
    void theSampleStaysWhileOthersComeAndGo() throws Exception {
        long version = serve(TestModels.imported("m"));
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 8_000; i++) {
            put(version, "v" + i, 0, random.nextFloat(), random.nextFloat());
        }
        EmbeddingMap first = map("m", "", 500);
        assertThat(first.vertices()).isEqualTo(8_000);
        Set<String> shown = ids(first);
        assertThat(shown).hasSize(500);
        assertThat(ids(map("m", "", 200)))
                .as("the beginning of a larger sample")
                .hasSize(200)
                .isSubsetOf(shown);
        List<String> expected = view.of(version).keySet().stream()
                .sorted(Comparator.comparingInt(HashSample::rank).thenComparing(id -> id))
                .limit(500)
                .toList();
        assertThat(shown).containsExactlyInAnyOrderElementsOf(expected);

        int gone = 0;
        for (int i = 0; i < 8_000; i += 40) {
            if (!shown.contains("v" + i)) {
                view.remove(version, "v" + i);
                gone++;
            }
        }
        assertThat(gone).isGreaterThan(100);
        assertThat(ids(later("m", "", 500))).isEqualTo(shown);

        String left = expected.getFirst();
        view.remove(version, left);
        Set<String> next = ids(later("m", "", 500));
        assertThat(next).hasSize(500).doesNotContain(left).containsAll(expected.subList(1, 500));

        put(version, left, 0, 0.5f, 0.5f);
        assertThat(ids(later("m", "", 500))).isEqualTo(shown);

        for (int i = 0; i < 800; i++) {
            put(version, "new" + i, 0, random.nextFloat(), random.nextFloat());
        }
        Set<String> after = ids(later("m", "", 500));
        assertThat(after).hasSize(500);
        Set<String> kept = new HashSet<>(shown);
        kept.retainAll(after);
        assertThat(kept.size())
                .as("a tenth more vertices take about a tenth of the places")
                .isBetween(420, 480);
    }

    @Test
    void axesStayForTheVersionAndAreOthersForTheNext() throws Exception {
        long version = serve(TestModels.imported("m"));
        SplittableRandom random = new SplittableRandom(12);
        for (int i = 0; i < 300; i++) {
            put(version, "v" + i, 0, 3 * random.nextFloat(), random.nextFloat());
        }
        EmbeddingMap first = map("m", "", 0);
        for (int i = 0; i < 300; i += 3) {
            put(version, "v" + i, 0, 3 * random.nextFloat(), random.nextFloat());
        }
        EmbeddingMap second = later("m", "", 0);
        assertThat(second.axesRevision()).isEqualTo(first.axesRevision());
        Map<String, Point> before = new HashMap<>();
        first.points().forEach(point -> before.put(point.nodeId(), point));
        double most = 0;
        int compared = 0;
        for (Point point : second.points()) {
            if (Integer.parseInt(point.nodeId().substring(1)) % 3 != 0) {
                Point was = Objects.requireNonNull(before.get(point.nodeId()));
                most = Math.max(most, Math.hypot(point.x() - was.x(), point.y() - was.y()));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(200);
        assertThat(most)
                .as("a third of the embeddings is another; the points of the rest stay")
                .isLessThan(0.05);

        long next = serve(TestModels.imported("m"));
        for (int i = 0; i < 300; i++) {
            put(next, "v" + i, 0, random.nextFloat(), random.nextFloat());
        }
        EmbeddingMap other = map("m", "", 0);
        assertThat(other.modelVersion()).isEqualTo(next);
        assertThat(other.axesRevision()).isGreaterThan(first.axesRevision());
        assertThat(maps.map(new ModelChoice("m", version, "", ""), "", 0)
                        .get(10, TimeUnit.SECONDS)
                        .axesRevision())
                .isEqualTo(first.axesRevision());
    }

    @Test
    void manyWhoAskForTheSameShareOneMap() throws Exception {
        long version = serve(TestModels.imported("m"));
        put(version, "a", 0, 1, 2);
        put(version, "b", 0, 2, 1);
        ModelChoice choice = new ModelChoice("m", 0, "", "");
        List<CompletableFuture<EmbeddingMap>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(maps.map(choice, i % 2 == 0 ? "" : "class", i % 3 == 0 ? 0 : EmbeddingMaps.DEFAULT_NODES));
        }
        answers.get(3).cancel(false);
        EmbeddingMap shared = answers.getFirst().get(10, TimeUnit.SECONDS);
        for (int i = 1; i < 10; i++) {
            if (i != 3) {
                assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isSameAs(shared);
            }
        }
        put(version, "c", 0, 3, 3);
        nanos.addAndGet(Duration.ofMillis(999).toNanos());
        assertThat(map("m", "", 0)).isSameAs(shared);
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(map("m", "", 0).points()).hasSize(3);
    }

    @Test
    void soManyDifferentMapsAtATime() throws Exception {
        long version = serve(TestModels.imported("m"));
        put(version, "a", 0, 1, 2);
        for (int nodes = 1; nodes <= EmbeddingMaps.MAX_MAPS; nodes++) {
            map("m", "", nodes);
        }
        assertProblem(() -> map("m", "", 99), Problem.Exhausted.class, "16");
        assertThat(map("m", "", 5).points()).hasSize(1);
        assertThat(later("m", "", 99).points()).hasSize(1);
    }

    @Test
    void aRetiredVersionIsForgotten() throws Exception {
        long version = serve(TestModels.imported("m"));
        put(version, "a", 0, 1, 2);
        EmbeddingMap before = map("m", "", 0);
        assertThat(before.points()).hasSize(1);
        view.drop(version);
        EmbeddingMap empty = map("m", "", 0);
        assertThat(empty.points()).isEmpty();
        assertThat(empty.vertices()).isZero();
        put(version, "a", 0, 1, 2);
        assertThat(later("m", "", 0).axesRevision()).as("its axes too").isGreaterThan(before.axesRevision());
    }

    @Test
    void aStopAnswersThoseWhoWait() throws Exception {
        long version = serve(TestModels.imported("m"));
        put(version, "a", 0, 1, 2);
        maps.close();
        assertThatThrownBy(() -> map("m", "", 0)).hasRootCauseInstanceOf(ProblemException.class);
    }

    private interface Call {
        EmbeddingMap make() throws Exception;
    }

    private static void assertProblem(Call call, Class<? extends Problem> kind, String text) {
        assertThatThrownBy(call::make).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem()).isInstanceOf(kind);
            assertThat(e.problem().message()).contains(text);
        });
    }
}
