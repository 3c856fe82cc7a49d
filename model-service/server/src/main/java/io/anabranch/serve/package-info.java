/** The model server. This package holds only what every layer shares: what can go wrong with a request. */
@NullMarked
package io.anabranch.serve;

import org.jspecify.annotations.NullMarked;
