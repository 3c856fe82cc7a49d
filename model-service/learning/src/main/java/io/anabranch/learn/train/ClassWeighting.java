package io.anabranch.learn.train;

/** How much the rows of each class count in the loss. */
public enum ClassWeighting {
    /** {@link #BALANCED} where the most frequent class has more than three times the rows of the rarest, else equal. */
    AUTOMATIC,
    EQUAL,
    /** A row of class c counts n / (classes × n_c): every class weighs the same in all. */
    BALANCED
}
