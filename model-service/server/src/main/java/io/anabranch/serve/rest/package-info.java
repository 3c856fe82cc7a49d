/** The same use cases as JSON over REST; problems become RFC 9457 documents. */
@NullMarked
package io.anabranch.serve.rest;

import org.jspecify.annotations.NullMarked;
