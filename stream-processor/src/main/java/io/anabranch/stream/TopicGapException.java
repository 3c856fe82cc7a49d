package io.anabranch.stream;

/** Records of an input topic are gone that this application has not read. */
public final class TopicGapException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TopicGapException(String message) {
        super(message);
    }
}
