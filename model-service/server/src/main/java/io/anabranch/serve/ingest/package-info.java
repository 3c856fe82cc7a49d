/** The door for events that come in over gRPC and REST: what is wrong with an event, and where it went. */
@NullMarked
package io.anabranch.serve.ingest;

import org.jspecify.annotations.NullMarked;
