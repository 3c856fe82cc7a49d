package io.anabranch.serve.audit;

import io.anabranch.graph.snapshot.CompressedRows;
import io.anabranch.graph.snapshot.GraphSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where the reason for a wrong embedding may lie. */
final class Suspects {

    private Suspects() {}

    /**
     * The vertices of which a value of any layer but the input is part of these embeddings: they themselves, and everybody from whom they
     * can be reached over at most {@code layers - 1} edges.
     *
     * @param wrong some may not be in the graph
     */
    static Collection<String> of(List<String> wrong, GraphSnapshot graph, int layers) {
        Set<String> suspects = new LinkedHashSet<>(wrong);
        List<String> last = wrong;
        CompressedRows in = graph.in();
        for (int hop = 1; hop < layers; hop++) {
            List<String> next = new ArrayList<>();
            for (String id : last) {
                int v = graph.nodeOf(id);
                for (int entry = v < 0 ? 0 : in.start(v); v >= 0 && entry < in.end(v); entry++) {
                    String source = graph.nodeId(in.neighbour(entry));
                    if (suspects.add(source)) {
                        next.add(source);
                    }
                }
            }
            last = next;
        }
        return suspects;
    }
}
