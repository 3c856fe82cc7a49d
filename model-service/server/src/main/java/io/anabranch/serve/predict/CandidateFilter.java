package io.anabranch.serve.predict;

import org.jspecify.annotations.Nullable;

/**
 * Which vertices may be an answer. It takes nothing from the number of answers: as many others are looked for.
 *
 * @param nodeType null: of any type
 * @param excludeLinked not those that have an edge with the vertex that was asked about
 * @param includeSelf whether the vertex that was asked about may be an answer itself
 */
public record CandidateFilter(@Nullable String nodeType, boolean excludeLinked, boolean includeSelf) {

    public static final CandidateFilter NONE = new CandidateFilter(null, false, false);

    boolean needsGraph() {
        return nodeType != null || excludeLinked;
    }
}
