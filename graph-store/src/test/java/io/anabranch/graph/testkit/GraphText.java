package io.anabranch.graph.testkit;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Graphs in one line, for tests that one should see at a glance.
 *
 * <pre>
 *   "a->b b->c"           two edges of weight 1 and empty type
 *   "a-[pays]->b:2.5"     type and weight
 *   "a<->b"               both directions
 *   "d"                   an upserted node without features or edges
 *   "-a->b  -d"           edge and node removed
 *   "a->b!9"              expires when event time has come to 9
 *   "a->b@7"              event time 7; without it, one more than the word before (the first has 1)
 * </pre>
 */
public final class GraphText {

    private static final Pattern WORD = Pattern.compile(
            "(?<minus>-)?(?<source>\\w+)"
                    + "(?:(?<both><)?-(?:\\[(?<type>\\w*)]-)?>(?<target>\\w+)(?::(?<weight>[-+.eE\\d]+))?(?:!(?<expiry>\\d+))?)?(?:@(?<time>-?\\d+))?");

    private GraphText() {}

    /**
     * The mutations that the words say, in their order.
     *
     * @throws IllegalArgumentException naming the word that cannot be read
     */
    public static List<GraphMutation> mutations(String text) {
        List<GraphMutation> mutations = new ArrayList<>();
        long time = 0;
        for (String word : text.strip().split("\\s+", -1)) {
            Matcher m = WORD.matcher(word);
            if (!m.matches()) {
                throw new IllegalArgumentException("The word (%s) of graph (%s) cannot be read.".formatted(word, text));
            }
            time = m.group("time") == null ? time + 1 : Long.parseLong(m.group("time"));
            boolean remove = m.group("minus") != null;
            if (m.group("target") == null) {
                String id = m.group("source");
                mutations.add(
                        remove
                                ? new GraphMutation.RemoveNode(id, time)
                                : new GraphMutation.UpsertNode(id, "", null, time));
                continue;
            }
            String type = m.group("type") == null ? "" : m.group("type");
            float weight = m.group("weight") == null ? 1 : Float.parseFloat(m.group("weight"));
            long expiry = m.group("expiry") == null ? GraphMutation.NEVER_EXPIRES : Long.parseLong(m.group("expiry"));
            EdgeId there = new EdgeId(m.group("source"), m.group("target"), type);
            mutations.add(edge(there, weight, remove, time, expiry));
            if (m.group("both") != null) {
                EdgeId back = new EdgeId(m.group("target"), m.group("source"), type);
                mutations.add(edge(back, weight, remove, time, expiry));
            }
        }
        return mutations;
    }

    private static GraphMutation edge(EdgeId id, float weight, boolean remove, long time, long expiry) {
        return remove
                ? new GraphMutation.RemoveEdge(id, time)
                : new GraphMutation.UpsertEdge(id, weight, Provenance.OBSERVED, time, expiry);
    }
}
