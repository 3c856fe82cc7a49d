package io.anabranch.graph;

import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.FactJournal.StepKey;
import io.anabranch.graph.adjacency.Growth;
import io.anabranch.graph.history.StepList;
import it.unimi.dsi.fastutil.objects.Object2LongLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The histories of owned vertices: a register for each step, which is a vertex, an edge at it and a time. What a step is told once stays, but for the
 * weight, where the later record wins; an erasure wins over all; and a delete of the vertex ends all steps up to its time. Steps stand in the order of time,
 * source, target and type, whatever the order in which they came.
 *
 * <p>Memory: see {@link StepList}, 16 bytes for each list and 4 for each ordinal. Not thread-safe.
 */
final class StepRegisters {

    private final NameTable ids;
    private final NameTable types;
    private final VertexTable vertices;
    private final DeltaRecorder recorder;
    private final FactJournal journal;
    private final boolean kept;

    /** By ordinal. */
    private @Nullable StepList[] lists = {};
    /** Event times of the wishes, in the order in which they are to be looked at. */
    private final Object2LongLinkedOpenHashMap<StepKey> erasures = new Object2LongLinkedOpenHashMap<>();

    private final List<StepKey> listed = new ArrayList<>();
    private long count;

    /** @param kept whether there are histories; erasures are remembered anyway */
    StepRegisters(
            NameTable ids,
            NameTable types,
            VertexTable vertices,
            DeltaRecorder recorder,
            FactJournal journal,
            boolean kept) {
        this.ids = ids;
        this.types = types;
        this.vertices = vertices;
        this.recorder = recorder;
        this.journal = journal;
        this.kept = kept;
        erasures.defaultReturnValue(PartitionGraph.NEVER);
    }

    /** The steps of a vertex. */
    StepList of(int v) {
        StepList list = v < lists.length ? lists[v] : null;
        return list == null ? StepList.EMPTY : list;
    }

    /** Takes a register from the journal. Without histories a step is not wanted any more, and forgotten there too. */
    void restore(int v, StepFact fact) {
        if (fact.erased()) {
            remember(v, fact.key(), fact.erasedAt());
        } else if (kept) {
            put(v, fact);
        } else {
            journal.forget(fact.key());
        }
    }

    /** A step, as an event says it: it wins over what was said of it before. */
    void write(int v, EdgeId edge, long time, float weight) {
        if (kept) {
            take(v, new StepFact(ids.name(v), edge, time, weight, PartitionGraph.NEVER), true);
        }
    }

    /** A register from elsewhere: what is here stays, but for what is erased there. */
    void merge(int v, StepFact fact) {
        if (fact.erased()) {
            erase(v, fact.edge(), fact.time(), fact.erasedAt());
        } else if (kept) {
            take(v, fact, false);
        }
    }

    private void take(int v, StepFact fact, boolean wins) {
        if (fact.time() <= vertices.deleteTime[v] || erasures.containsKey(fact.key())) {
            return;
        }
        StepList list = of(v);
        int at = place(list, v, fact.edge(), fact.time());
        boolean known = at < list.size() && compare(list, v, at, fact.edge(), fact.time()) == 0;
        if (known && (!wins || Float.floatToIntBits(list.weight(at)) == Float.floatToIntBits(fact.weight()))) {
            return;
        }
        recorder.touch(v);
        recorder.stepped(v, at);
        if (known) {
            list.setWeight(at, fact.weight());
        } else {
            put(v, fact);
        }
        journal.write(fact, false);
    }

    private void put(int v, StepFact fact) {
        boolean source = fact.edge().source().equals(fact.vertexId());
        int other = ids.intern(source ? fact.edge().target() : fact.edge().source());
        StepList list = listOf(v);
        list.insert(
                place(list, v, fact.edge(), fact.time()),
                fact.time(),
                other,
                types.intern(fact.edge().type()),
                source,
                fact.weight());
        vertices.references[v]++;
        vertices.references[other]++;
        count++;
    }

    /** Whether the event of this edge and time was erased at this end. */
    boolean erased(int v, EdgeId edge, long time) {
        return !erasures.isEmpty() && erasures.containsKey(new StepKey(ids.name(v), edge, time));
    }

    /** Erases a step, whether or not it is there yet. */
    void erase(int v, EdgeId edge, long time, long wishTime) {
        StepKey key = new StepKey(ids.name(v), edge, time);
        if (wishTime <= erasures.getLong(key)) {
            return;
        }
        recorder.touch(v);
        StepList list = of(v);
        int at = place(list, v, edge, time);
        if (at < list.size() && compare(list, v, at, edge, time) == 0) {
            recorder.stepped(v, at);
            remove(v, list, at);
        }
        remember(v, key, wishTime);
        journal.write(new StepFact(key.vertexId(), edge, time, 0, wishTime), false);
    }

    private void remember(int v, StepKey key, long wishTime) {
        if (erasures.put(key, wishTime) == PartitionGraph.NEVER) {
            vertices.references[v]++;
        }
    }

    /** The delete time of a vertex has risen. O(its steps up to then), for each is forgotten in the journal too. */
    void deleted(int v) {
        StepList list = of(v);
        int gone = list.before(vertices.deleteTime[v] + 1);
        if (gone == 0) {
            return;
        }
        recorder.stepped(v, 0);
        for (int i = 0; i < gone; i++) {
            journal.forget(new StepKey(ids.name(v), edge(list, v, i), list.time(i)));
            vertices.references[list.other(i)]--;
        }
        vertices.references[v] -= gone;
        list.removeFirst(gone);
        count -= gone;
        if (list.size() == 0) {
            lists[v] = null;
        }
    }

    /** Ends what a delete ends: a life may have died between the delete and the last of the steps. */
    void judge() {
        for (int v = 0; v < lists.length; v++) {
            if (lists[v] != null && of(v).before(vertices.deleteTime[v] + 1) > 0) {
                recorder.touch(v);
                deleted(v);
            }
        }
    }

    private void remove(int v, StepList list, int at) {
        vertices.references[v]--;
        vertices.references[list.other(at)]--;
        list.remove(at);
        count--;
        if (list.size() == 0) {
            lists[v] = null;
        }
    }

    /** Lists erasures of before the horizon, looking at no more than this many. */
    void listForgettable(long horizon, int most) {
        listed.clear();
        for (int i = Math.min(most, erasures.size()); i > 0; i--) {
            StepKey key = erasures.firstKey();
            long wishTime = erasures.getAndMoveToLast(key);
            if (Math.max(key.time(), wishTime) < horizon) {
                listed.add(key);
            }
        }
    }

    /** Forgets the erasures that were listed: the events that they speak of would come too late. */
    int forgetListed() {
        for (StepKey key : listed) {
            erasures.removeLong(key);
            vertices.references[ids.find(key.vertexId())]--;
            journal.forget(key);
        }
        int forgotten = listed.size();
        listed.clear();
        return forgotten;
    }

    boolean kept() {
        return kept;
    }

    /** Steps of all vertices. */
    long count() {
        return count;
    }

    long memoryBytes() {
        long bytes = 4L * lists.length;
        for (StepList list : lists) {
            bytes += list == null ? 0 : list.memoryBytes();
        }
        return bytes;
    }

    private StepList listOf(int v) {
        if (v >= lists.length) {
            lists = Arrays.copyOf(lists, Growth.next(lists.length, v + 1));
        }
        StepList list = lists[v];
        if (list == null) {
            list = new StepList();
            lists[v] = list;
        }
        return list;
    }

    /** Where the step stands, or would stand. */
    private int place(StepList list, int v, EdgeId edge, long time) {
        int low = 0;
        int high = list.size();
        if (high > 0 && compare(list, v, high - 1, edge, time) < 0) {
            return high;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(list, v, middle, edge, time) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How the i-th step stands to another: below 0 before it, 0 the same. */
    private int compare(StepList list, int v, int i, EdgeId edge, long time) {
        if (list.time(i) != time) {
            return Long.compare(list.time(i), time);
        }
        int other = list.other(i);
        int bySource = ids.name(list.source(i) ? v : other).compareTo(edge.source());
        if (bySource != 0) {
            return bySource;
        }
        int byTarget = ids.name(list.source(i) ? other : v).compareTo(edge.target());
        return byTarget != 0 ? byTarget : types.name(list.type(i)).compareTo(edge.type());
    }

    private EdgeId edge(StepList list, int v, int i) {
        String own = ids.name(v);
        String other = ids.name(list.other(i));
        String type = types.name(list.type(i));
        return list.source(i) ? new EdgeId(own, other, type) : new EdgeId(other, own, type);
    }
}
