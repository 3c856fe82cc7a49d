package io.anabranch.serve.registry;

/** Who makes a covered version the active one. */
public enum Activation {
    /**
     * A trained version that is newer than every one that ever was active becomes active once it is covered, and so does the first
     * version of a name; unless a canary of the name is running. Imported ones are promoted by an operator.
     */
    AUTOMATIC,
    /** Only an operator, the first version of a name included. */
    MANUAL
}
