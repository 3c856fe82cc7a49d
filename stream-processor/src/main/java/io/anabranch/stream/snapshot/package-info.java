/**
 * Snapshots of a graph and its models as a folder of files: taken from a running or stopped service without touching it, made from other files, and
 * imported into a service, where the stream goes on from the positions that the manifest names.
 */
@NullMarked
package io.anabranch.stream.snapshot;

import org.jspecify.annotations.NullMarked;
