/**
 * Smaller models of the same kind: channels that nothing is written to are taken out of all tensors that share them, and last layers that
 * change nothing are dropped. What comes out is a spec and tensors like any other, which every engine serves.
 */
@NullMarked
package io.anabranch.learn.compress;

import org.jspecify.annotations.NullMarked;
