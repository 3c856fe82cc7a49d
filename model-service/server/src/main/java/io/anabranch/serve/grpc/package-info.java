/** gRPC services: thin, non-blocking where they read; problems become google.rpc statuses. */
@NullMarked
package io.anabranch.serve.grpc;

import org.jspecify.annotations.NullMarked;
