package io.anabranch.serve.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelRollout;
import io.anabranch.serve.watch.WatchMessage.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchesTest {

    private static final WatchLimits LIMITS = new WatchLimits(2_000, 20, 50, 30, Duration.ofMinutes(10));
    private static final byte[] NOTHING = {};

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(2));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 2, Duration.ofSeconds(1), () -> true);
    private final EmbeddingView view = new EmbeddingView();
    private final ProgressView progress = new ProgressView(2);
    private final List<String> pending = new ArrayList<>();
    private final Predictions predictions = new Predictions(registry, view, () -> pending);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final long[] next = new long[2];
    private Watches watches = new Watches(registry, view, predictions, progress, LIMITS, meters);

    @BeforeEach
    void start() {
        log.feed(registry);
        watches.start();
    }

    @AfterEach
    void stop() {
        watches.close();
        progress.close();
    }

    private long serve(ModelSnapshot snapshot) {
        long version = publisher.publish(snapshot).version();
        registry.cover(version, 0, 1);
        registry.cover(version, 1, 1);
        publisher.promote(snapshot.getSpec().getName(), version);
        return version;
    }

    private static int partition(String id) {
        return Math.floorMod(id.hashCode(), 2);
    }

    private void put(long version, String id, float... values) {
        int partition = partition(id);
        long offset = next[partition]++;
        view.put(version, id, new NodeVector(values, new NodeFreshness(1, 1, partition, offset), offset));
        view.read(partition, offset + 1, true);
    }

    private void remove(long version, String id) {
        int partition = partition(id);
        view.remove(version, id);
        view.read(partition, ++next[partition], true);
    }

    private static WatchOrder order(WatchCondition condition, boolean state, byte[] token, String... ids) {
        return new WatchOrder(new ModelChoice("m", 0), "", List.of(ids), List.of(), condition, state, token);
    }

    private static WatchOrder any(boolean state, byte[] token, String... ids) {
        return order(new WatchCondition.Any(), state, token, ids);
    }

    private static Map<String, String> classes(WatchMessage message) {
        Map<String, String> found = new HashMap<>();
        for (Outcome outcome : message.outcomes()) {
            NodeClasses classes = outcome.classes();
            found.put(
                    ((Outcome.Node) outcome.subject()).id(),
                    classes == null ? "-" : String.join("+", classes.chosen()));
        }
        return found;
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> caught[0] = e.problem());
        return caught[0];
    }

    private static void await(BooleanSupplier check) throws InterruptedException {
        for (int i = 0; i < 1000 && !check.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(check.getAsBoolean()).isTrue();
    }

    @Test
    void changesOfWhatIsWatchedAreToldWithTheirPredictions() throws Exception {
        long version = serve(TestModels.trained("m"));
        put(version, "x", 1, 0);
        RecordingSink sink = new RecordingSink();
        watches.open(any(false, NOTHING, "x", "later"), sink);
        WatchMessage first = sink.any();
        assertThat(first.kind()).isEqualTo(Kind.HEARTBEAT);
        assertThat(first.version()).isEqualTo(version);
        assertThat(first.task()).isEqualTo("class");

        put(version, "y", 0, 1);
        put(version, "x", 0, 1);
        WatchMessage change = sink.next();
        assertThat(change.kind()).isEqualTo(Kind.CHANGES);
        assertThat(classes(change)).containsExactlyEntriesOf(Map.of("x", "b"));
        put(version, "x", 0, 1);
        put(version, "later", 1, 0);
        assertThat(classes(sink.next()))
                .as("what is as before is no change")
                .containsExactlyEntriesOf(Map.of("later", "a"));
        remove(version, "x");
        assertThat(classes(sink.next())).containsExactlyEntriesOf(Map.of("x", "-"));
    }

    @Test
    void conditionsCompareBeforeAndAfter() throws Exception {
        long version = serve(TestModels.trained("m"));
        put(version, "x", 1, 0);
        RecordingSink flips = new RecordingSink();
        RecordingSink crossings = new RecordingSink();
        watches.open(order(new WatchCondition.ClassFlip(), false, NOTHING), flips);
        watches.open(order(new WatchCondition.Crossing("a", 0.9f), false, NOTHING), crossings);
        put(version, "x", 2, 0);
        put(version, "x", 3, 0);
        // 1 / (1 + e^-2) = 0.88, 1 / (1 + e^-3) = 0.95.
        WatchMessage crossed = crossings.next();
        assertThat(Objects.requireNonNull(crossed.outcomes().getFirst().classes())
                        .scores()
                        .getFirst()
                        .probability())
                .isBetween(0.95f, 0.96f);
        put(version, "x", 0, 5);
        assertThat(classes(flips.next())).containsExactlyEntriesOf(Map.of("x", "b"));
        assertThat(classes(crossings.next())).containsExactlyEntriesOf(Map.of("x", "b"));
    }

    @Test
    void linkScoresFollowBothEnds() throws Exception {
        long version = serve(TestModels.model("m", "trained", TestModels.head("link", HeadKind.HEAD_KIND_LINK))
                .build());
        put(version, "s", 1, 0);
        RecordingSink sink = new RecordingSink();
        watches.open(
                new WatchOrder(
                        ModelChoice.ANY,
                        "",
                        List.of(),
                        List.of(new Pair("s", "t")),
                        new WatchCondition.Crossing("", 0.6f),
                        true,
                        NOTHING),
                sink);
        WatchMessage state = sink.next();
        assertThat(state.kind()).isEqualTo(Kind.STATE_COMPLETE);
        assertThat(state.outcomes())
                .singleElement()
                .satisfies(pair -> assertThat(pair.isMissing()).isTrue());
        put(version, "t", 0, 1);
        assertThat(Objects.requireNonNull(sink.next().outcomes().getFirst().link())
                        .probability())
                .isEqualTo(0.5f);
        put(version, "t", 0.1f, 1);
        put(version, "s", 10, 0);
        assertThat(Objects.requireNonNull(sink.next().outcomes().getFirst().link())
                        .probability())
                .as("10 times a tenth: sigmoid of one; what stayed below 0.6 was not told")
                .isBetween(0.73f, 0.74f);
        remove(version, "s");
        assertThat(sink.next().outcomes().getFirst().isMissing()).isTrue();
    }

    @Test
    void aSlowClientGetsTheLastStateOfEachNodeAndNothingBetween() throws Exception {
        long version = serve(TestModels.trained("m"));
        RecordingSink sink = new RecordingSink();
        Watch watch = watches.open(any(false, NOTHING), sink);
        sink.any();
        sink.room(0);
        for (int i = 1; i <= 100; i++) {
            put(version, "x", i, 0);
            put(version, "y", 0, i);
        }
        await(() -> meters.get("anabranch.watch.coalesced").counter().count() == 198);
        sink.room(Integer.MAX_VALUE);
        watch.signal();
        WatchMessage change = sink.next();
        assertThat(change.outcomes())
                .extracting(outcome ->
                        Objects.requireNonNull(outcome.classes()).freshness().position())
                .containsExactlyInAnyOrder(
                        next[partition("x")] - 1 - (partition("x") == partition("y") ? 1 : 0),
                        next[partition("y")] - 1);
        assertThat(meters.get("anabranch.watch.resyncs").counter().count()).isZero();
    }

    @Test
    void beyondTheBoundAClientIsToldToBeginAnewAndGetsTheWholeState() throws Exception {
        long version = serve(TestModels.trained("m"));
        RecordingSink sink = new RecordingSink();
        Watch watch = watches.open(any(false, NOTHING), sink);
        sink.any();
        sink.room(0);
        for (int i = 0; i < 1_200; i++) {
            put(version, "n" + i, 1, 0);
        }
        remove(version, "n7");
        Thread.sleep(50);
        sink.room(2);
        watch.signal();
        WatchMessage resync = sink.next();
        assertThat(resync.kind()).isEqualTo(Kind.RESYNC);
        assertThat(resync.reason()).contains("50");
        Set<String> told = new HashSet<>();
        WatchMessage part = sink.next();
        assertThat(part.kind()).isEqualTo(Kind.STATE);
        byte[] halfway = part.token();
        told.addAll(classes(part).keySet());
        sink.room(Integer.MAX_VALUE);
        watch.signal();
        while (part.kind() != Kind.STATE_COMPLETE) {
            part = sink.next();
            told.addAll(classes(part).keySet());
        }
        assertThat(told).hasSize(1_199).doesNotContain("n7");
        assertThat(meters.get("anabranch.watch.resyncs").counter().count()).isOne();

        RecordingSink again = new RecordingSink();
        watches.open(any(false, halfway), again);
        assertThat(again.next().kind()).as("half a state is none").isEqualTo(Kind.RESYNC);
    }

    @Test
    void aTokenBringsWhatHasChangedAndGoneSince() throws Exception {
        long version = serve(TestModels.trained("m"));
        for (String id : List.of("p", "q", "r", "s")) {
            put(version, id, 1, 0);
        }
        RecordingSink sink = new RecordingSink();
        Watch watch = watches.open(any(true, NOTHING), sink);
        WatchMessage state = sink.next();
        assertThat(state.kind()).isEqualTo(Kind.STATE_COMPLETE);
        put(version, "p", 0, 1);
        sink.next();
        view.read(0, next[0], true);
        watch.close();
        // The token moves on with the heartbeat behind.
        RecordingSink second = new RecordingSink();
        watches.open(any(false, state.token()), second);
        assertThat(classes(second.next())).containsEntry("p", "b").doesNotContainKey("none");

        put(version, "q", 0, 1);
        remove(version, "r");
        remove(version, "s");
        put(version, "s", 1, 0);
        put(version, "t", 1, 0);
        RecordingSink third = new RecordingSink();
        watches.open(any(false, state.token()), third);
        WatchMessage since = third.next();
        assertThat(since.kind()).isEqualTo(Kind.CHANGES);
        assertThat(classes(since))
                .containsEntry("p", "b")
                .containsEntry("q", "b")
                .containsEntry("r", "-")
                .containsEntry("s", "a")
                .containsEntry("t", "a");
        RecordingSink fourth = new RecordingSink();
        await(() -> Arrays.equals(watches.dispatched(), next));
        watches.open(any(false, NOTHING), fourth);
        byte[] last = fourth.any().token();
        put(version, "u", 1, 0);
        RecordingSink fifth = new RecordingSink();
        watches.open(any(false, last), fifth);
        assertThat(classes(fifth.next())).containsExactlyEntriesOf(Map.of("u", "a"));
    }

    @Test
    void forgottenDeletionsMakeWatchersOfEverythingBeginAnewAndOthersNot() throws Exception {
        long version = serve(TestModels.trained("m"));
        put(version, "x", 1, 0);
        RecordingSink all = new RecordingSink();
        RecordingSink one = new RecordingSink();
        watches.open(any(false, NOTHING), all);
        watches.open(any(false, NOTHING, "x"), one);
        byte[] ofAll = all.any().token();
        byte[] ofOne = one.any().token();
        for (int i = 0; i <= LIMITS.tombstones() + 1; i++) {
            put(version, "d" + i, 1, 0);
            remove(version, "d" + i);
        }
        remove(version, "x");
        RecordingSink again = new RecordingSink();
        watches.open(any(false, ofAll), again);
        assertThat(again.next().kind()).isEqualTo(Kind.RESYNC);
        RecordingSink oneAgain = new RecordingSink();
        watches.open(any(false, ofOne, "x"), oneAgain);
        WatchMessage since = oneAgain.next();
        assertThat(since.kind()).isEqualTo(Kind.CHANGES);
        assertThat(classes(since)).containsExactlyEntriesOf(Map.of("x", "-"));
    }

    @Test
    void aServerThatStartsAnewKnowsChangesButNotEarlierDeletions() throws Exception {
        long version = serve(TestModels.trained("m"));
        put(version, "x", 1, 0);
        RecordingSink sink = new RecordingSink();
        RecordingSink one = new RecordingSink();
        watches.open(any(false, NOTHING), sink);
        watches.open(any(false, NOTHING, "x"), one);
        byte[] token = sink.any().token();
        byte[] ofOne = one.any().token();
        watches.close();
        watches = new Watches(registry, view, predictions, progress, LIMITS, new SimpleMeterRegistry());
        watches.start();
        // History, from the compacted topic.
        view.put(version, "x", new NodeVector(new float[] {0, 1}, new NodeFreshness(1, 1, partition("x"), 9), 9));
        next[0] = 10;
        next[1] = 10;
        view.read(0, 10, false);
        view.read(1, 10, false);
        RecordingSink again = new RecordingSink();
        watches.open(any(false, token), again);
        assertThat(again.next().kind()).isEqualTo(Kind.RESYNC);
        RecordingSink oneAgain = new RecordingSink();
        watches.open(any(false, ofOne, "x"), oneAgain);
        assertThat(classes(oneAgain.next())).containsExactlyEntriesOf(Map.of("x", "b"));
    }

    @Test
    void tokensAreChecked() throws Exception {
        long version = serve(TestModels.trained("m"));
        put(version, "x", 1, 0);
        RecordingSink sink = new RecordingSink();
        watches.open(any(false, NOTHING, "x"), sink);
        byte[] token = sink.any().token();
        assertThat(problemOf(() -> watches.open(any(false, token, "y"), sink)).message())
                .startsWith("resume_token: Belongs to a watch of another");
        assertThat(problemOf(() -> watches.open(any(false, new byte[] {9, 9}, "x"), sink))
                        .message())
                .startsWith("resume_token: Is no token");
        assertThat(problemOf(() -> watches.open(any(false, Arrays.copyOf(token, token.length + 1), "x"), sink))
                        .message())
                .startsWith("resume_token: ");
        byte[] ahead = new ResumeToken(
                        ResumeToken.fingerprint(any(false, NOTHING, "x"), "m", "class"),
                        version,
                        new long[] {1_000, 1_000})
                .bytes();
        RecordingSink resumed = new RecordingSink();
        watches.open(any(false, ahead, "x"), resumed);
        assertThat(resumed.next().kind()).isEqualTo(Kind.RESYNC);
    }

    @Test
    void aFollowingWatchSaysWhenTheVersionChangesAndAPinnedOneStays() throws Exception {
        long first = serve(TestModels.trained("m"));
        put(first, "x", 1, 0);
        RecordingSink following = new RecordingSink();
        RecordingSink pinned = new RecordingSink();
        Watch watch = watches.open(any(false, NOTHING), following);
        watches.open(
                new WatchOrder(
                        new ModelChoice("m", first),
                        "",
                        List.of(),
                        List.of(),
                        new WatchCondition.Any(),
                        false,
                        NOTHING),
                pinned);
        byte[] token = following.any().token();
        pinned.any();
        long second = publisher.publish(TestModels.trained("m")).version();
        put(second, "x", 0, 1);
        put(second, "y", 0, 1);
        registry.cover(second, 0, 1);
        registry.cover(second, 1, 1);
        publisher.promote("m", second);
        assertThat(following.next().kind()).isEqualTo(Kind.VERSION_CHANGED);
        WatchMessage state = following.next();
        assertThat(state.kind()).isEqualTo(Kind.STATE_COMPLETE);
        assertThat(state.version()).isEqualTo(second);
        assertThat(classes(state)).containsOnly(Map.entry("x", "b"), Map.entry("y", "b"));
        put(first, "x", 0, 1);
        assertThat(pinned.next().version()).isEqualTo(first);
        put(second, "z", 1, 0);
        assertThat(classes(following.next())).containsOnlyKeys("z");

        watch.close();
        RecordingSink resumed = new RecordingSink();
        watches.open(any(false, token), resumed);
        assertThat(resumed.next().kind()).isEqualTo(Kind.VERSION_CHANGED);

        serve(TestModels.trained("m"));
        serve(TestModels.trained("m"));
        await(() -> pinned.failure() != null);
        assertThat(pinned.failure())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().reason()).isEqualTo("VERSION_RETIRED"));
    }

    @Test
    void aWatchOfAnAliasFollowsTheAliasAndNotTheActiveVersion() throws Exception {
        ModelRollout rollout = new ModelRollout(registry, publisher, Clock.systemUTC());
        long first = serve(TestModels.trained("m"));
        put(first, "x", 1, 0);
        rollout.setAlias("m", "stable", first);
        long second = serve(TestModels.trained("m"));
        put(second, "x", 0, 1);
        RecordingSink sink = new RecordingSink();
        watches.open(
                new WatchOrder(
                        new ModelChoice("m", 0, "stable", ""),
                        "",
                        List.of(),
                        List.of(),
                        new WatchCondition.Any(),
                        false,
                        NOTHING),
                sink);
        assertThat(sink.any().version()).isEqualTo(first);
        put(first, "x", 2, 0);
        WatchMessage change = sink.next();
        assertThat(change.kind()).isEqualTo(Kind.CHANGES);
        assertThat(change.version()).isEqualTo(first);
        rollout.setAlias("m", "stable", second);
        assertThat(sink.next().kind()).isEqualTo(Kind.VERSION_CHANGED);
        assertThat(classes(sink.next())).containsExactlyEntriesOf(Map.of("x", "b"));
        rollout.deleteAlias("m", "stable");
        await(() -> sink.failure() != null);
        assertThat(sink.failure())
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Missing.class));
    }

    @Test
    void heartbeatsSayWhatAllThatWasToldReflects() throws Exception {
        long version = serve(TestModels.trained("m"));
        watches.close();
        watches = new Watches(
                registry,
                view,
                predictions,
                progress,
                new WatchLimits(5, 5, 5, 5, Duration.ofMillis(20)),
                new SimpleMeterRegistry());
        watches.start();
        RecordingSink sink = new RecordingSink();
        watches.open(any(false, NOTHING), sink);
        for (int i = 1; i <= 50; i++) {
            put(version, "x", i, 0);
            progress.report(0, 1, new long[] {i, 0});
            progress.report(1, 1, new long[] {i, 0});
            Thread.sleep(2);
        }
        float told = 0;
        int heartbeats = 0;
        EventPosition last = new EventPosition(0, -1);
        while (last.offset() < 49) {
            WatchMessage message = sink.any();
            if (message.kind() == Kind.CHANGES) {
                told++;
            } else if (!message.reflected().isEmpty()) {
                heartbeats++;
                last = message.reflected().getFirst();
                assertThat(told).as("offset %d", last.offset()).isGreaterThanOrEqualTo(1);
            }
        }
        assertThat(heartbeats).isGreaterThan(1);
    }

    @Test
    void requestsAreCheckedAndWatchersAreBounded() {
        serve(TestModels.model(
                        "m",
                        "trained",
                        TestModels.head("class", HeadKind.HEAD_KIND_MULTI_CLASS, "a", "b"),
                        TestModels.head("link", HeadKind.HEAD_KIND_LINK))
                .build());
        RecordingSink sink = new RecordingSink();
        String[] many = new String[21];
        Arrays.setAll(many, i -> "n" + i);
        assertThat(problemOf(() -> watches.open(any(false, NOTHING, many), sink))
                        .message())
                .isEqualTo("node_ids: Must have at most 20 entries (anabranch.server.watch.max-ids), but has 21.");
        assertThat(problemOf(() -> watches.open(order(new WatchCondition.Crossing("c", 0.5f), false, NOTHING), sink))
                        .message())
                .isEqualTo("condition.crossing.class_name: Must be one of [a, b], but is c.");
        assertThat(problemOf(() ->
                                watches.open(order(new WatchCondition.Crossing("a", Float.NaN), false, NOTHING), sink))
                        .message())
                .startsWith("condition.crossing.threshold: ");
        WatchOrder flip = new WatchOrder(
                ModelChoice.ANY,
                "",
                List.of(),
                List.of(new Pair("a", "b")),
                new WatchCondition.ClassFlip(),
                false,
                NOTHING);
        assertThat(problemOf(() -> watches.open(flip, sink)).message()).startsWith("condition.class_flip: ");
        WatchOrder both = new WatchOrder(
                ModelChoice.ANY,
                "",
                List.of("a"),
                List.of(new Pair("a", "b")),
                new WatchCondition.Any(),
                false,
                NOTHING);
        assertThat(problemOf(() -> watches.open(both, sink)).message()).startsWith("pairs: ");
        assertThat(problemOf(() -> watches.open(any(false, NOTHING, ""), sink)).message())
                .startsWith("node_ids[0]: ");
        for (int i = 0; i < LIMITS.maxWatchers(); i++) {
            watches.open(any(false, NOTHING, "n"), new RecordingSink());
        }
        assertThat(problemOf(() -> watches.open(any(false, NOTHING, "n"), sink)))
                .isInstanceOf(Problem.Exhausted.class);
        pending.add("topic t is still to be read");
        assertThat(problemOf(() -> watches.open(any(false, NOTHING, "n"), sink)))
                .isInstanceOf(Problem.Unready.class);
    }

    @Test
    void whenTheServerStopsWatchersAreToldToComeAgain() throws Exception {
        serve(TestModels.trained("m"));
        RecordingSink sink = new RecordingSink();
        sink.room(0);
        watches.open(any(false, NOTHING), sink);
        watches.close();
        assertThat(sink.failure())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().reason()).isEqualTo("STOPPING"));
        assertThat(problemOf(() -> watches.open(any(false, NOTHING), sink)).reason())
                .isEqualTo("STOPPING");
    }

    /** What one client that cannot be relied on believes. */
    private static final class Believer {
        private final Map<String, String> believed = new ConcurrentHashMap<>();
        private byte[] token = NOTHING;
        private Set<String> stated = new HashSet<>();

        void take(WatchMessage message) {
            token = message.token();
            switch (message.kind()) {
                case RESYNC, VERSION_CHANGED -> stated = new HashSet<>();
                case STATE, STATE_COMPLETE, CHANGES -> {
                    classes(message).forEach((id, chosen) -> {
                        stated.add(id);
                        if (chosen.equals("-")) {
                            believed.remove(id);
                        } else {
                            believed.put(id, chosen);
                        }
                    });
                    if (message.kind() == Kind.STATE_COMPLETE) {
                        believed.keySet().retainAll(stated);
                    }
                }
                case HEARTBEAT -> {}
            }
        }
    }

    @Test
    void whoeverReadsSlowlyAndIsCutOffBelievesWhatIsTrueInTheEnd() throws Exception {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        long version = serve(TestModels.trained("m"));
        int rounds = 60;
        Believer believer = new Believer();
        Map<String, String> truth = new HashMap<>();
        Watch watch = null;
        RecordingSink sink = new RecordingSink();
        for (int round = 0; round < rounds; round++) {
            if (watch == null) {
                sink = new RecordingSink();
                sink.room(random.nextInt(4));
                watch = watches.open(any(true, believer.token), sink);
            }
            for (int i = random.nextInt(120); i >= 0; i--) {
                String id = "n" + random.nextInt(150);
                if (random.nextInt(6) == 0) {
                    remove(version, id);
                    truth.remove(id);
                } else {
                    boolean one = random.nextBoolean();
                    put(version, id, one ? 1 : 0, one ? 0 : 1);
                    truth.put(id, one ? "a" : "b");
                }
            }
            Thread.sleep(random.nextInt(4));
            sink.rest().forEach(believer::take);
            if (random.nextInt(3) == 0) {
                watch.close();
                watch = null;
            } else {
                sink.room(random.nextInt(4));
                watch.signal();
            }
        }
        if (watch != null) {
            watch.close();
        }
        RecordingSink last = new RecordingSink();
        watches.open(any(true, believer.token), last);
        for (int i = 0; i < 500 && !believer.believed.equals(truth); i++) {
            Thread.sleep(10);
            last.rest().forEach(believer::take);
        }
        assertThat(believer.believed)
                .as("-Dtest.seed=%d", seed)
                .isEqualTo(truth)
                .isNotEmpty();
    }

    @Test
    void aThousandWatchersShareOneComputation() throws Exception {
        long version = serve(TestModels.trained("m"));
        watches.close();
        watches = new Watches(
                registry,
                view,
                predictions,
                progress,
                new WatchLimits(1_000, 1, 1_000, 5, Duration.ofMinutes(10)),
                new SimpleMeterRegistry());
        watches.start();
        List<RecordingSink> sinks = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            RecordingSink sink = new RecordingSink();
            watches.open(i % 2 == 0 ? any(false, NOTHING) : any(false, NOTHING, "n" + i % 100), sink);
            sinks.add(sink);
        }
        for (RecordingSink sink : sinks) {
            sink.any();
        }
        for (int i = 0; i < 100; i++) {
            put(version, "n" + i, 1, 0);
        }
        Set<Outcome> distinct = new HashSet<>();
        for (int i = 0; i < sinks.size(); i++) {
            Set<String> told = new HashSet<>();
            int expected = i % 2 == 0 ? 100 : 1;
            while (told.size() < expected) {
                WatchMessage message = sinks.get(i).next();
                told.addAll(classes(message).keySet());
                distinct.addAll(message.outcomes());
            }
            assertThat(told).hasSize(expected);
        }
        assertThat(distinct).as("outcomes compare by identity").hasSize(100);
    }
}
