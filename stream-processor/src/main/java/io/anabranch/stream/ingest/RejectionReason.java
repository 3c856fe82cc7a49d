package io.anabranch.stream.ingest;

/** Why an event was not taken. The names are part of the wire format (header {@code anabranch.reason}). */
public enum RejectionReason {
    /** The record has no value. Nodes are removed by an event that says so. */
    NO_VALUE,
    /** The value, or the normalised form of it, is longer than allowed. */
    RECORD_TOO_LARGE,
    /** Neither a protobuf nor a JSON form of an event, or it has fields that the vocabulary does not know. */
    NOT_DECODABLE,
    /** Of a version of the vocabulary that is not known here. */
    UNKNOWN_SCHEMA_VERSION,
    /** Says nothing about any node, edge or label. */
    EMPTY_EVENT,
    /** The id of a node, or of an end of an edge, is missing. */
    MISSING_ID,
    /** The event's id, or the id of a node, has more than 256 bytes of UTF-8. */
    ID_TOO_LONG,
    /** The type of a node or an edge has more than 256 bytes of UTF-8. */
    TYPE_TOO_LONG,
    /** A text has half a surrogate pair, which no UTF-8 can say. */
    TEXT_NOT_UNICODE,
    /** A row of features that has not the configured length. */
    FEATURES_WRONG_LENGTH,
    /** A feature is NaN or infinite. */
    FEATURES_NOT_FINITE,
    /** Neither dense nor sparse, or sparse with indices that do not ascend, do not fit or do not match the values. */
    FEATURES_MALFORMED,
    /** A weight is NaN or infinite. */
    WEIGHT_NOT_FINITE,
    /** A weight is negative where that is not allowed. */
    WEIGHT_NEGATIVE,
    /** An edge from a node to itself where that is not allowed. */
    SELF_LOOP,
    /** An edge's time to live is not 1 millisecond or more. */
    TIME_TO_LIVE_NOT_POSITIVE,
    /** The event time is later than the record's timestamp plus the allowance. */
    TIME_IN_FUTURE,
    /** The event time lies before 1970. */
    TIME_NEGATIVE,
    /**
     * The event time lies behind the time that its partition of the updates has come to by more than the lateness. Found by the partition, not
     * by ingest: such a dead letter points at a record of the updates topic.
     */
    LATE,
    /**
     * A record of a snapshot with registers that the partition does not own, or with rows of another length. Found by the partition, as {@link
     * #LATE}; the letter holds the record, not an event.
     */
    SNAPSHOT_MISFIT,
    /** A label without a task or a value, with names that are empty or too long, or a target that is not finite. */
    LABEL_MALFORMED
}
