package io.anabranch.learn.reversible;

/** What a reversible stack keeps for the way back, for reports of memory. */
public interface ReversibleStore {

    /** How many levels lie behind the state: all before the way back, none after it. */
    int levels();

    /** Bytes of the state and the information buffer, all on the heap. */
    long bytes();

    /** Bits of information in the buffer. */
    long bufferBits();

    /** How many elements the state has: rows times width. The buffer serves as many. */
    long elements();
}
