package io.anabranch.serve.ops;

import io.grpc.InternalChannelz;
import io.grpc.Server;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC port, closed before Quarkus closes it. The server that Quarkus runs (vertx-grpc) first forgets which event loop runs its calls,
 * and tells its clients to go away afterwards: a call that begins in between ends with INTERNAL. Told through the server beneath it, clients
 * take their next call elsewhere. Quarkus hands out no server; gRPC's own list of a process's servers has it.
 */
final class GrpcPort {

    /** The application has one. */
    private static final int MOST_SERVERS = 100;

    private GrpcPort() {}

    /** Takes no connection, tells every client to go away, and waits until they have gone; streams that are open keep theirs. */
    static void close(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (var listed : InternalChannelz.instance().getServers(0, MOST_SERVERS).servers) {
            if (listed instanceof Server server) {
                server.shutdown();
                boolean unused = server.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        }
    }
}
