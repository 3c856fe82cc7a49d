/** The smallest parts of a model: long-lived parameters, how they start, a linear map, dropout. */
@NullMarked
package io.anabranch.learn.nn;

import org.jspecify.annotations.NullMarked;
