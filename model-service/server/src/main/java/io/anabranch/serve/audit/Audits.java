package io.anabranch.serve.audit;

import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.audit.AuditReport.Audited;
import io.anabranch.serve.audit.AuditReport.Verdict;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.ServedVectors;
import io.anabranch.serve.recompute.Recomputation;
import io.anabranch.serve.registry.ModelVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Audits, one at a time, on a thread of their own: each takes a snapshot of the whole graph, as a training does.
 *
 * <p>On a graph that moves, two views are never of the same instant. A comparison is therefore made behind a barrier (both views reflect
 * every event that there was when it began), and a vertex that differs is compared again behind a new one. If it differs again and
 * neither side has moved in between, it is wrong: what is served had all the time it needed. If something moved, nothing can be said yet;
 * after {@link #ROUNDS} comparisons it is reported as unsettled.
 *
 * <p>A repair asks for the wrong ones to be computed from scratch, and all whose values they are made of; the barrier of a second audit then
 * waits for the outcome.
 */
public final class Audits implements AutoCloseable {

    public static final int MOST_VERTICES = 1000;
    public static final int MOST_REPORTED = 20;
    static final int ROUNDS = 5;

    private static final Duration RETRY = Duration.ofSeconds(5);

    /** Where an audit takes what it compares. */
    public interface Views {
        /** Waits until both views reflect every event that there is now; at most for the patience. */
        List<EventPosition> barrier(Duration patience) throws InterruptedException;

        GraphSnapshot graph();
    }

    /** Asks for vertices to be computed from scratch. */
    public interface Repairs {
        /** Returns when the requests are durable, so that a barrier made afterwards stands behind them; at most after the patience. */
        void recompute(Collection<String> vertexIds, Duration patience) throws InterruptedException;
    }

    private final ServedVectors vectors;
    private final Views views;
    private final Repairs repairs;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("anabranch-audit").factory());

    public Audits(ServedVectors vectors, Views views, Repairs repairs) {
        this.vectors = vectors;
        this.views = views;
        this.repairs = repairs;
    }

    /** Starts an audit; fails with {@link Problem.Exhausted} while another one is at work. */
    public CompletableFuture<AuditReport> audit(AuditOrder order) {
        check(order);
        ModelVersion version = vectors.version(order.model());
        ModelSnapshot snapshot = version.snapshot();
        if (snapshot == null) {
            throw new IllegalStateException("Version (%d) is live without a snapshot.".formatted(version.version()));
        }
        Recomputation.requirePossible(snapshot.getSpec());
        if (!busy.compareAndSet(false, true)) {
            throw new Problem.Exhausted("Another audit is at work; they go one at a time.", RETRY).exception();
        }
        CompletableFuture<AuditReport> report = new CompletableFuture<>();
        worker.execute(() -> {
            // Free before the answer is out: who has it may ask again.
            try {
                AuditReport done = run(order, version.version(), snapshot);
                busy.set(false);
                report.complete(done);
            } catch (InterruptedException e) {
                busy.set(false);
                Thread.currentThread().interrupt();
                report.completeExceptionally(Problem.stopping());
            } catch (RuntimeException e) {
                busy.set(false);
                report.completeExceptionally(e);
            }
        });
        return report;
    }

    private static void check(AuditOrder order) {
        int count =
                order.vertexIds().isEmpty() ? order.sample() : order.vertexIds().size();
        if (count < 1 || count > MOST_VERTICES) {
            throw Problem.invalid(
                    order.vertexIds().isEmpty() ? "sample" : "node_ids",
                    "Must be 1 to %d, but is %d.".formatted(MOST_VERTICES, count));
        }
        if (!(order.tolerance() > 0)) {
            throw Problem.invalid("tolerance", "Must be positive, but is %s.".formatted(order.tolerance()));
        }
        if (order.mostRows() < 1) {
            throw Problem.invalid("max_rows", "Must be positive, but is %d.".formatted(order.mostRows()));
        }
    }

    private AuditReport run(AuditOrder order, long version, ModelSnapshot model) throws InterruptedException {
        long deadline = System.nanoTime() + order.patience().toNanos();
        Outcome before = compare(order, order.vertexIds(), version, model, deadline);
        AuditReport report = before.report(version);
        if (!order.repair() || before.wrong().isEmpty()) {
            return report;
        }
        List<String> wrong =
                before.wrong().stream().map(Audited::vertexId).sorted().toList();
        Collection<String> suspects =
                Suspects.of(wrong, views.graph(), model.getSpec().getLayersCount());
        repairs.recompute(suspects, left(deadline));
        AuditReport after = compare(order, wrong, version, model, deadline).report(version);
        return report.repaired(new AuditReport.Repair(suspects.size(), after));
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** @param asked empty: a random sample */
    private Outcome compare(AuditOrder order, List<String> asked, long version, ModelSnapshot model, long deadline)
            throws InterruptedException {
        List<Audited> right = new ArrayList<>();
        List<Audited> wrong = new ArrayList<>();
        Map<String, Finding> open = new HashMap<>();
        @Nullable List<String> ids = null;
        List<EventPosition> reflected = List.of();
        for (int round = 0; round < ROUNDS && (ids == null || !ids.isEmpty()); round++) {
            reflected = views.barrier(left(deadline));
            GraphSnapshot graph = views.graph();
            if (ids == null) {
                ids = asked.isEmpty() ? sample(order, graph, version) : List.copyOf(new TreeSet<>(asked));
            }
            Recomputation recomputation = new Recomputation(model, graph, order.mostRows());
            List<String> again = new ArrayList<>();
            for (String id : ids) {
                Finding finding = Finding.of(id, vectors.vector(version, id), recomputation.embedding(id));
                Finding before = open.put(id, finding);
                if (finding.error() <= order.tolerance()) {
                    right.add(Audited.of(finding, Verdict.RIGHT));
                } else if (before != null && before.sameAs(finding)) {
                    wrong.add(Audited.of(finding, Verdict.WRONG));
                } else {
                    again.add(id);
                }
            }
            ids = again;
        }
        List<Audited> unsettled = new ArrayList<>();
        for (String id : ids == null ? List.<String>of() : ids) {
            Finding last = open.get(id);
            if (last != null) {
                unsettled.add(Audited.of(last, Verdict.UNSETTLED));
            }
        }
        return new Outcome(right, wrong, unsettled, reflected);
    }

    /** From the vertices of the graph and of the view alike: what should not be there must be found too. */
    private List<String> sample(AuditOrder order, GraphSnapshot graph, long version) {
        TreeSet<String> all = new TreeSet<>(graph.nodeIds());
        all.addAll(vectors.ids(version));
        List<String> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(order.seed()));
        return shuffled.subList(0, Math.min(order.sample(), shuffled.size()));
    }

    /** All vertices of one audit, by verdict. */
    private record Outcome(
            List<Audited> right, List<Audited> wrong, List<Audited> unsettled, List<EventPosition> reflected) {

        AuditReport report(long version) {
            Comparator<Audited> worstFirst =
                    Comparator.comparingDouble(Audited::error).reversed();
            List<Audited> worst = new ArrayList<>();
            double largest = 0;
            for (List<Audited> kind : List.of(wrong, unsettled, right)) {
                worst.addAll(kind.stream()
                        .sorted(worstFirst)
                        .limit(MOST_REPORTED - worst.size())
                        .toList());
                if (kind != unsettled) {
                    largest = Math.max(
                            largest,
                            kind.stream().mapToDouble(Audited::error).max().orElse(0));
                }
            }
            return new AuditReport(
                    version,
                    right.size() + wrong.size() + unsettled.size(),
                    wrong.size(),
                    unsettled.size(),
                    largest,
                    worst,
                    reflected,
                    null);
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
