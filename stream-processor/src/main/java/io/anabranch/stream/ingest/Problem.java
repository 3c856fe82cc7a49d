package io.anabranch.stream.ingest;

/** What is wrong with an event, before it is known whose event it is. */
record Problem(RejectionReason reason, String detail) {

    static Problem of(RejectionReason reason, String detail, Object... values) {
        return new Problem(reason, detail.formatted(values));
    }
}
