package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whichever rule is switched off, in whichever way tasks die, the simulation notices: some seed fails. */
class AblationTest {
    private static final long SEEDS = 1_500;
    private static final long SEEDS_OF_RARE = 10_000;
    /** Short against the traces, so that much is late, and much is forgotten. */
    private static final long SHORT_LATENESS = 12;

    record Ablation(Fault fault, CrashMode mode) {
        Scenario draw(long seed) {
            var scenario = Scenario.draw(seed, mode).broken(fault);
            return fault == Fault.FORGOTTEN_IN_ONE_STEP ? scenario.with(SHORT_LATENESS) : scenario;
        }

        long seeds() {
            return switch (fault) {
                case FORGOTTEN_IN_ONE_STEP,
                        SYNC_CLAIMS_TO_HAVE,
                        SYNC_CLAIMS_ALL_VERSIONS,
                        PENDING_EDGES_NOT_COUNTED,
                        FRONTIER_NOT_RAISED_AFTER_WITHDRAWAL -> SEEDS_OF_RARE;
                default -> SEEDS;
            };
        }

        @Override
        public String toString() {
            return fault + " / " + mode;
        }
    }

    /** In which modes a rule is needed. docs/simulation.md says which test plays out what chance finds too rarely, and which rule is only a second line. */
    private static Set<CrashMode> modes(Fault fault) {
        return switch (fault) {
            case ADDS_AT_FIRST_LAYER_ONLY,
                    REMOVES_WITH_NEW_MESSAGE,
                    ADDS_COUNTED_TWICE,
                    SELF_TERM_MISSING,
                    DEGREE_MOVERS_IGNORED,
                    REWEIGHTS_IGNORED,
                    WITNESS_KEPT,
                    RELATION_IGNORED_IN_REMOVAL,
                    SINK_NOT_RESORTED,
                    HIDDEN_CHANGE_NOT_HANDED_ON,
                    READOUT_OF_LAST_LEVEL_ONLY,
                    ENTRY_NOT_RECOMPUTED,
                    STEP_FOR_OUTPUTS_ONLY,
                    LATE_STEPS_APPENDED,
                    HISTORIES_MOVE_NOBODY,
                    FRONTIER_AHEAD_OF_BATCH,
                    FRONTIER_AHEAD_OF_QUEUE,
                    FRONTIER_TRUSTS_NOBODY,
                    FRONTIER_SUBSCRIPTIONS_NOT_WAITED_FOR,
                    FRONTIER_EXISTENCE_NOT_WAITED_FOR -> EnumSet.of(CrashMode.NONE);
            case FRONTIER_WITHOUT_ALL_VERSIONS, FRONTIER_NOT_RAISED_AFTER_WITHDRAWAL, NO_REEMISSION ->
                EnumSet.of(CrashMode.EXACTLY_ONCE);
            case FRONTIER_IN_DEGREES_NOT_WAITED_FOR,
                    END_ANSWERED_AT_ONCE,
                    ATTENTION_NEVER_SUMMED_ANEW,
                    GOSSIP_AHEAD_OF_COMMIT -> EnumSet.noneOf(CrashMode.class);
            case DEAD_EDGES_NOT_BURIED,
                    NO_DELETE_TIME_IN_ANSWER,
                    NO_DELETE_TIME_TO_SUBSCRIBERS,
                    SUBSCRIBERS_MAKE_NOTHING_EXIST,
                    IN_DEGREE_NOT_SENT,
                    NO_UNSUBSCRIBE,
                    ANSWERS_NOT_WHOLE,
                    NO_EDGE_TOMBSTONES,
                    NO_NODE_TOMBSTONES,
                    RETIRED_VALUES_KEPT,
                    UNKNOWN_VERSIONS_DROPPED,
                    NO_MARKS -> EnumSet.of(CrashMode.NONE, CrashMode.EXACTLY_ONCE, CrashMode.ONE_STORE);
            case NO_SYNC, SYNC_CLAIMS_TO_HAVE, END_DROPS_NOTHING, GONE_FORGOTTEN_AT_ONCE, PEER_CLOCKS_IGNORED ->
                EnumSet.of(CrashMode.ONE_STORE);
            case PENDING_EDGES_NOT_COUNTED -> EnumSet.of(CrashMode.NONE);
            case EXPIRED_EDGES_FORGOTTEN,
                    BURIALS_NOT_STORED,
                    VALUES_NOT_SENT_AGAIN,
                    EMBEDDINGS_NOT_SENT_AGAIN,
                    TOMBSTONES_NOT_SENT_AGAIN,
                    FORGOTTEN_WHILE_PENDING -> EnumSet.of(CrashMode.EXACTLY_ONCE, CrashMode.ONE_STORE);
            case CHECKPOINTS_TRUSTED -> EnumSet.of(CrashMode.EXACTLY_ONCE, CrashMode.SEPARATE_STORES);
            case NOT_MARKED_BEFORE_PUBLISHED, EPOCHS_COUNTED_IN_STATE -> EnumSet.of(CrashMode.ONE_STORE);
            case NO_SWEEP -> EnumSet.of(CrashMode.ONE_STORE, CrashMode.SEPARATE_STORES);
            case CLOCK_NOT_BY_OFFSET, FORGOTTEN_IN_ONE_STEP, SYNC_CLAIMS_ALL_VERSIONS ->
                EnumSet.of(CrashMode.SEPARATE_STORES);
            case EPOCHS_BY_NONCE -> EnumSet.of(CrashMode.ONE_STORE, CrashMode.ZOMBIES);
            case EPOCHS_IGNORED -> EnumSet.of(CrashMode.ZOMBIES);
        };
    }

    static Stream<Ablation> ablations() {
        return Arrays.stream(Fault.values())
                .flatMap(fault -> modes(fault).stream().map(mode -> new Ablation(fault, mode)));
    }

    @ParameterizedTest
    @MethodSource("ablations")
    void aBrokenRuleIsNoticed(Ablation ablation) {
        boolean noticed = LongStream.range(0, ablation.seeds()).parallel().anyMatch(seed -> fails(ablation.draw(seed)));
        assertThat(noticed).as("some seed fails: %s", ablation).isTrue();
    }

    /** Why it is discarded after an unclean stop. */
    @Test
    void localStateThatIsUsedAgainIsNoticed() {
        assertThat(LongStream.range(0, SEEDS_OF_RARE)
                        .parallel()
                        .anyMatch(seed -> fails(Scenario.draw(seed, CrashMode.LOCAL_STATE_KEPT))))
                .isTrue();
    }

    private static boolean fails(Scenario scenario) {
        try {
            new Simulation(scenario, new Sightings()).run();
            return false;
        } catch (AssertionError | RuntimeException failure) {
            return true;
        }
    }
}
