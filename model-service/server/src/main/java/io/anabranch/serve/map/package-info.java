/** Embeddings of a version as points of a plane that holds still while they move. No transport types. */
@NullMarked
package io.anabranch.serve.map;

import org.jspecify.annotations.NullMarked;
