package io.anabranch.stream;

/**
 * How a topology's tasks hear of their commits.
 *
 * @param hook called before each commit
 * @param confirmed commits that Kafka has confirmed; counts under at_least_once only
 */
record Commits(CommitHook hook, ConfirmedCommits confirmed) {

    static Commits create() {
        return new Commits(new CommitHook(), new ConfirmedCommits());
    }
}
