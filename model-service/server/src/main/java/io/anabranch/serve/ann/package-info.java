/** Approximate nearest neighbours in a graph of vectors: the only package that knows the library. Knows nothing of models. */
@NullMarked
package io.anabranch.serve.ann;

import org.jspecify.annotations.NullMarked;
