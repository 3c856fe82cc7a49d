/**
 * Everything in one JVM: an embedded single-node Kafka broker, the folder that an instance keeps its data in, and the
 * settings that reach the stream processor and the model service. Knows nothing of the command line.
 */
@NullMarked
package io.anabranch.standalone;

import org.jspecify.annotations.NullMarked;
