package io.anabranch.learn.recurrent;

/** Where gradients find what a step computed. */
public enum Activations {

    /** On the tape. Any cell; memory grows with every step; gradients can be differentiated again. */
    STORED,

    /** Worked out again from the last state, bit by bit. Reversible cells; memory grows by the bits that a step forgets. */
    RECOMPUTED
}
