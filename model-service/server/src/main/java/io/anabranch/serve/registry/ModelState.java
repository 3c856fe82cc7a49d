package io.anabranch.serve.registry;

/** Where a version is in its life. */
public enum ModelState {
    /** Embeddings are being computed. */
    FILLING,
    /** Every partition has said that its embeddings are exact. */
    COVERED,
    /** Answers requests that name no version, but for the share of a canary. */
    ACTIVE,
    /** No partition keeps embeddings of it any more. */
    RETIRED
}
