/** Predictions from the embeddings at hand: use cases without transport types. Reads never block. */
@NullMarked
package io.anabranch.serve.predict;

import org.jspecify.annotations.NullMarked;
