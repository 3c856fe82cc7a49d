/** Why a prediction is what it is: what came over which edges, and what changed last. */
@NullMarked
package io.anabranch.serve.explain;

import org.jspecify.annotations.NullMarked;
