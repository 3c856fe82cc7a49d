package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;

/** Watches what appears in the halo topic: what must hold of it at any time, and what was met. */
final class HaloLog {
    private record Line(int from, int to) {}

    private record Subscription(int from, int to, long epoch, String vertexId) {}

    private record Level(int from, int to, long epoch, long modelVersion) {}

    private final Simulation world;
    private final Map<Line, Long> epochs = new HashMap<>();
    private final Map<Subscription, Boolean> subscribed = new HashMap<>();
    private final Map<Level, Integer> levels = new HashMap<>();

    HaloLog(Simulation world) {
        this.world = world;
    }

    /** @param living whether the sender is the present instance of its partition */
    void check(int to, HaloEnvelope envelope, boolean living) {
        if (envelope.message() instanceof HaloMessage.Hello) {
            assertThat(to).as("target of a HELLO").isEqualTo(envelope.from());
            return;
        }
        int from = envelope.from();
        long epoch = envelope.epoch();
        assertThat(epoch).as("epoch of a record").isPositive();
        long greatest = epochs.getOrDefault(new Line(from, to), Long.MIN_VALUE);
        if (living) {
            assertThat(epoch).as("epoch of partition %d", from).isGreaterThanOrEqualTo(greatest);
        } else if (epoch < greatest) {
            world.saw(Sight.OLD_EPOCH);
        }
        epochs.put(new Line(from, to), Math.max(epoch, greatest));
        switch (envelope.message()) {
            case HaloMessage.Subscribe subscribe ->
                alternates(new Subscription(from, to, epoch, subscribe.vertexId()), true);
            case HaloMessage.Unsubscribe unsubscribe -> {
                world.saw(Sight.UNSUBSCRIPTION);
                alternates(new Subscription(from, to, epoch, unsubscribe.vertexId()), false);
            }
            case HaloMessage.Sync sync -> {
                if (sync.held().isEmpty()) {
                    world.saw(Sight.SYNC_WITHOUT_A_VALUE);
                }
                alternates(new Subscription(from, to, epoch, sync.vertexId()), true);
            }
            case HaloMessage.Mark mark -> {
                Integer before = levels.put(new Level(from, to, epoch, mark.modelVersion()), mark.level());
                assertThat(before == null || before <= mark.level())
                        .as("levels of partition %d rise", from)
                        .isTrue();
            }
            case HaloMessage.Value value -> {
                if (!value.layers().complete()) {
                    world.saw(Sight.LAYERS_LEFT_OUT);
                }
            }
            case HaloMessage.End end -> {}
            case HaloMessage.Gossip gossip -> {}
            case HaloMessage.Frontier frontier -> {}
            case HaloMessage.Hello hello -> {}
        }
    }

    /** In one epoch, subscribing and unsubscribing take turns. */
    private void alternates(Subscription subscription, boolean now) {
        Boolean before = subscribed.put(subscription, now);
        assertThat(before == null || before != now)
                .as("%s subscribes and unsubscribes in turn", subscription)
                .isTrue();
    }
}
