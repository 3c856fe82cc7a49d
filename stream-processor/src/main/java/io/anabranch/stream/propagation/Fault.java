package io.anabranch.stream.propagation;

/** A rule that tests switch off, to show that the tests notice. Production code runs with none. */
enum Fault {
    /** New edges enter the accumulators of the first layer only. */
    ADDS_AT_FIRST_LAYER_ONLY,
    /** A removed edge takes the source's new message out instead of the one that went in. */
    REMOVES_WITH_NEW_MESSAGE,
    /** A new edge of a moved source brings its new message, and the move adds the difference once more. */
    ADDS_COUNTED_TWICE,
    /** A vertex whose own value changed is not recomputed. */
    SELF_TERM_MISSING,
    /** A changed in-degree changes no message. */
    DEGREE_MOVERS_IGNORED,
    /** A new weight leaves the accumulators alone. */
    REWEIGHTS_IGNORED,
    /** An extremum stays when the source that held it moves or leaves. */
    WITNESS_KEPT,
    /** A removed edge is taken out of the first relation, whatever its type. */
    RELATION_IGNORED_IN_REMOVAL,
    /** A vertex whose own row moved leaves its in-edges on the sides of the attention on which they stood. */
    SINK_NOT_RESORTED,
    /** The sums of an attention are read as deltas have left them, however far they have shrunk. */
    ATTENTION_NEVER_SUMMED_ANEW,
    /** A vertex of which only the hidden row changed is not recomputed at the next level. */
    HIDDEN_CHANGE_NOT_HANDED_ON,
    /** An embedding that reads out all levels is recomputed only when the last of them changed. */
    READOUT_OF_LAST_LEVEL_ONLY,
    /** What a stage begins with is computed when a vertex is new, and never again. */
    ENTRY_NOT_RECOMPUTED,
    /** A vertex whose own rows moved, but not its neighbourhood, takes no step along depth. */
    STEP_FOR_OUTPUTS_ONLY,
    /** Edges are not judged against the delete time that a VALUE brings. */
    DEAD_EDGES_NOT_BURIED,
    /** The answer to a SUBSCRIBE leaves the delete time out. */
    NO_DELETE_TIME_IN_ANSWER,
    /** A delete is not told to those who subscribe already. */
    NO_DELETE_TIME_TO_SUBSCRIBERS,
    /** A subscriber does not make a vertex exist. */
    SUBSCRIBERS_MAKE_NOTHING_EXIST,
    /** A changed in-degree is not sent. */
    IN_DEGREE_NOT_SENT,
    /** Edges whose source has no value here yet do not count for the in-degree of a message. */
    PENDING_EDGES_NOT_COUNTED,
    /** A removed edge is forgotten as soon as that is sent. */
    NO_EDGE_TOMBSTONES,
    /** The delete of a node is forgotten as soon as that is sent. */
    NO_NODE_TOMBSTONES,
    /** An edge that has expired is taken out of the state, instead of being stored as dead. */
    EXPIRED_EDGES_FORGOTTEN,
    /** An edge that a delete or the clock contradicts is dead in memory only. */
    BURIALS_NOT_STORED,
    /** The last in-edge from a source ends without UNSUBSCRIBE. */
    NO_UNSUBSCRIBE,
    /** Values of a version that is not known yet are dropped. */
    UNKNOWN_VERSIONS_DROPPED,
    /** Coverage is reported without waiting for the peers' marks. */
    NO_MARKS,
    /** A batch that was deferred over a commit is not made up for at restart. */
    NO_REEMISSION,
    /** What is made up for at restart leaves out the values of subscribers. */
    VALUES_NOT_SENT_AGAIN,
    /** What is made up for at restart leaves out the embeddings. */
    EMBEDDINGS_NOT_SENT_AGAIN,
    /** What is made up for at restart leaves out the tombstones of vertices that were published and do not exist. */
    TOMBSTONES_NOT_SENT_AGAIN,
    /** A record that can make a vertex exist leaves no mark before the batch. */
    NOT_MARKED_BEFORE_PUBLISHED,
    /** The mark of a published vertex goes with its tombstone, before that is committed. */
    GONE_FORGOTTEN_AT_ONCE,
    /** A new subscriber gets the changed layers only, like everybody else. */
    ANSWERS_NOT_WHOLE,
    /** A delete is forgotten although a peer may still accept an edge from before it. */
    PEER_CLOCKS_IGNORED,
    /** Gossip tells a time to which the clock has come, but not for good. */
    GOSSIP_AHEAD_OF_COMMIT,
    /** What may be forgotten is forgotten at once, not after one more commit. */
    FORGOTTEN_IN_ONE_STEP,
    /** Something is forgotten while what follows from it still waits to be sent. */
    FORGOTTEN_WHILE_PENDING,
    /** A restarted clock stands where the last life left it, not where its offset says. */
    CLOCK_NOT_BY_OFFSET,
    /** Records of dead incarnations are taken in. */
    EPOCHS_IGNORED,
    /** An epoch is some number that was never used before. */
    EPOCHS_BY_NONCE,
    /** An epoch is one more than the last that is stored, although the state may lose it. */
    EPOCHS_COUNTED_IN_STATE,
    /** A restart does not bring the halo entries in line with what is wanted. */
    NO_SWEEP,
    /** A restart does not say what it wants. */
    NO_SYNC,
    /** A restart is taken to hold a value of everything that it wants. */
    SYNC_CLAIMS_TO_HAVE,
    /** A restart that holds the value of one version is taken to hold those of all. */
    SYNC_CLAIMS_ALL_VERSIONS,
    /** Values of a version that was retired stay. */
    RETIRED_VALUES_KEPT,
    /** A peer that has started anew is told marks and frontiers before its subscriptions are answered. */
    END_ANSWERED_AT_ONCE,
    /** What a peer did not ask for again at its restart stays subscribed. */
    END_DROPS_NOTHING,
    /** A frontier is passed on before the batch has taken in what came before it. */
    FRONTIER_AHEAD_OF_BATCH,
    /** A frontier is passed on before what the batch changed has been sent. */
    FRONTIER_AHEAD_OF_QUEUE,
    /** Progress is reported without the frontiers of peers. */
    FRONTIER_TRUSTS_NOBODY,
    /** Progress waits for the values of each layer, but not for answers to SUBSCRIBE. */
    FRONTIER_SUBSCRIPTIONS_NOT_WAITED_FOR,
    /** Progress does not wait for UNSUBSCRIBE to arrive. */
    FRONTIER_EXISTENCE_NOT_WAITED_FOR,
    /** Progress of a GCN does not wait for the in-degrees of sources. */
    FRONTIER_IN_DEGREES_NOT_WAITED_FOR,
    /** The frontier moves on while a live version is not known yet. */
    FRONTIER_WITHOUT_ALL_VERSIONS,
    /** A step that comes late is read last. */
    LATE_STEPS_APPENDED,
    /** A checkpoint is believed whatever the steps are now. */
    CHECKPOINTS_TRUSTED,
    /** A vertex of which nothing changed but its history has not moved. */
    HISTORIES_MOVE_NOBODY,
    /** A frontier that waited for a version waits on when that has retired, and all its tombstones are out. */
    FRONTIER_NOT_RAISED_AFTER_WITHDRAWAL
}
