/** Rejected events become records of the topic {@code anabranch.dead-letters}, with the reason in their headers. */
@NullMarked
package io.anabranch.stream.deadletter;

import org.jspecify.annotations.NullMarked;
