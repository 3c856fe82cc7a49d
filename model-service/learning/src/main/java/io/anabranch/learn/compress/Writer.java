package io.anabranch.learn.compress;

import java.util.List;

/**
 * What alone decides one term of an axis: columns of some matrices, and elements of a vector. Where these are zero, the term is, whatever is
 * read: every activation of the model format maps 0 to 0.
 *
 * @param matrices whose columns of the blocks are multiplied by what is read
 * @param blocks which of the repetitions of the axis write; the others, gates such as z and r, only scale
 */
record Writer(String axis, List<String> matrices, String bias, List<Integer> blocks) {}
