package io.anabranch.serve.ops;

import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.audit.Audits;
import io.anabranch.serve.feed.Links;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.ProgressView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The embeddings and the replica of the graph, brought to the same events: embeddings first, since facts go out before them. */
final class BarrierViews implements Audits.Views {
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Links links;
    private final ProgressView progress;

    BarrierViews(Links links, ProgressView progress) {
        this.links = links;
        this.progress = progress;
    }

    @Override
    public List<EventPosition> barrier(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long[] ends = join(links.eventEnds());
        List<EventPosition> last = new ArrayList<>();
        for (int e = 0; e < ends.length; e++) {
            if (ends[e] > 0) {
                last.add(new EventPosition(e, ends[e] - 1));
            }
        }
        BitSet all = new BitSet();
        all.set(0, progress.partitions());
        join(progress.await(last, all, Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
        // A partition writes its facts before the progress that speaks of their events.
        catchUp(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        return last;
    }

    /** Waits until the replica has read all facts that there are now. */
    void catchUp(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long[] facts = join(links.graphEnds());
        while (!reached(links.graphPositions(), facts)) {
            if (System.nanoTime() > deadline) {
                throw new Problem.Late(
                                "The replica of the graph did not catch up within %s.".formatted(patience), Map.of())
                        .exception();
            }
            Thread.sleep(LOOK);
        }
    }

    private static boolean reached(long[] positions, long[] ends) {
        boolean reached = positions.length == ends.length;
        for (int p = 0; reached && p < ends.length; p++) {
            reached = positions[p] >= ends[p];
        }
        return reached;
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public GraphSnapshot graph() {
        return links.graph().moment().graph();
    }
}
