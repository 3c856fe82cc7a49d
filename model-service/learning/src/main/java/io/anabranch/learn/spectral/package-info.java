/**
 * Which units of a recurrent state can be left out, from the states that were seen (spectral pruning, Furuya et al., AISTATS 2022): their second
 * moments, what is lost when some units stand for all, the choice of those, and the weights that read them in place of all.
 *
 * <p>Knows nothing of cells and tensors: states are arrays of numbers. Nothing here is thread-safe.
 */
@NullMarked
package io.anabranch.learn.spectral;

import org.jspecify.annotations.NullMarked;
