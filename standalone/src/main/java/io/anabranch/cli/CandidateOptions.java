package io.anabranch.cli;

import io.anabranch.v1.CandidateFilter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which nodes may be an answer, and how many. */
final class CandidateOptions {

    @Option(
            names = {"-k", "--count"},
            paramLabel = "K",
            defaultValue = "10",
            description = "How many, 1 to 1,000 (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--node-type", paramLabel = "TYPE", description = "Only nodes of this type.")
    private @Nullable String nodeType;

    @Option(names = "--exclude-linked", description = "No nodes that there is an edge with already.")
    private boolean excludeLinked;

    @Option(names = "--include-self", description = "The node that is asked about, too.")
    private boolean includeSelf;

    int count() {
        return count;
    }

    CandidateFilter filter() {
        CandidateFilter.Builder filter =
                CandidateFilter.newBuilder().setExcludeLinked(excludeLinked).setIncludeSelf(includeSelf);
        if (nodeType != null) {
            filter.setNodeType(nodeType);
        }
        return filter.build();
    }
}
