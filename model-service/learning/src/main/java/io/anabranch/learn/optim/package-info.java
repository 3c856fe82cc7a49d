/** Optimisers: they own the state that a step needs and overwrite parameters in place. */
@NullMarked
package io.anabranch.learn.optim;

import org.jspecify.annotations.NullMarked;
