package io.anabranch.serve.train;

/** Where a training job is. */
public enum JobState {
    /** Waiting for its turn, or at work. */
    RUNNING(false),
    /** Trained and published; embeddings are being computed. */
    PUBLISHED(false),
    /** Its version is the active one. */
    SERVING(true),
    /** Its embeddings are exact; an operator has to promote it. */
    COVERED(true),
    FAILED(true),
    CANCELLED(true);

    private final boolean last;

    JobState(boolean last) {
        this.last = last;
    }

    /** Whether nothing comes after. */
    public boolean isLast() {
        return last;
    }
}
