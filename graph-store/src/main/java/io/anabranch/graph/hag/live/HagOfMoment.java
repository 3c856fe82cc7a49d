package io.anabranch.graph.hag.live;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.KnownHags;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The graph of a snapshot's rows, renumbered when it is first asked for; the search may still be under way then. */
final class HagOfMoment implements KnownHags {

    private final Mode mode;
    private final CompletableFuture<Hag> hag;
    private final int[] numbers;
    private final int vertices;

    HagOfMoment(Mode mode, CompletableFuture<Hag> hag, int[] numbers, int vertices) {
        this.mode = mode;
        this.hag = hag;
        this.numbers = numbers;
        this.vertices = vertices;
    }

    @Override
    public @Nullable Hag find(Mode wanted) {
        if (wanted != mode) {
            return null;
        }
        try {
            return RenumberedHag.of(hag.get(), numbers, vertices);
        } catch (ExecutionException e) {
            // Counted among the failed rebuilds; whoever asks does without.
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while a search for shared sums was under way.");
        }
    }
}
