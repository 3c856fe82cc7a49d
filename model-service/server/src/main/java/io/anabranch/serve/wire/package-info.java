/** The service messages of anabranch.v1 over the use cases; gRPC and REST both speak through this package. */
@NullMarked
package io.anabranch.serve.wire;

import org.jspecify.annotations.NullMarked;
