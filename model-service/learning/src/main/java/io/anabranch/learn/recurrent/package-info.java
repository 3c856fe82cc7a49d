/**
 * Cells that read a sequence of events one after the other, and runs of them over many sequences at once: with stored activations, or backwards
 * from the last state bit by bit (MacKay, Vicol, Ba and Grosse, NeurIPS 2018), and with noise on what they remember while they learn (Lim,
 * Erichson, Hodgkinson and Mahoney, NeurIPS 2021).
 *
 * <p>Knows nothing of graphs, training loops or the stream: a sequence is a number of rows, and a key where noise is drawn for it. Nothing here
 * is thread-safe.
 */
@NullMarked
package io.anabranch.learn.recurrent;

import org.jspecify.annotations.NullMarked;
