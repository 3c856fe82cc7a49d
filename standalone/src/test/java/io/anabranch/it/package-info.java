/** The whole system through a real broker: events in, predictions out, compared with a from-scratch forward pass. */
@NullMarked
package io.anabranch.it;

import org.jspecify.annotations.NullMarked;
