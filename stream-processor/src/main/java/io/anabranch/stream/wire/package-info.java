/**
 * The border between the protobuf vocabulary and the domain: events to graph mutations, facts, halo records,
 * embeddings. The only package of the stream processor, next to ingest, that knows both sides.
 */
@NullMarked
package io.anabranch.stream.wire;

import org.jspecify.annotations.NullMarked;
