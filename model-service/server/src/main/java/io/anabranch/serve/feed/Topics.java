package io.anabranch.serve.feed;

import java.util.List;

/** Names of the topics, all with one prefix; what each carries: docs/wire-format.md. */
public record Topics(String prefix) {

    public String events() {
        return prefix + ".events";
    }

    public String deadLetters() {
        return prefix + ".dead-letters";
    }

    public String updates() {
        return prefix + ".updates";
    }

    public String halo() {
        return prefix + ".halo";
    }

    public String graph() {
        return prefix + ".graph";
    }

    public String embeddings() {
        return prefix + ".embeddings";
    }

    public String models() {
        return prefix + ".models";
    }

    public String processors() {
        return prefix + ".processors";
    }

    public List<String> all() {
        return List.of(events(), deadLetters(), updates(), halo(), graph(), embeddings(), models(), processors());
    }
}
