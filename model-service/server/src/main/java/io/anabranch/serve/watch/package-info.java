/** Predictions followed: who watches what, and what they are told of changes. Knows no transport. */
@NullMarked
package io.anabranch.serve.watch;

import org.jspecify.annotations.NullMarked;
