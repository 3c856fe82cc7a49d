package io.anabranch.serve.ops;

import io.grpc.InternalChannelz;
import io.grpc.Server;
import java.time.Duration;
import java.util.List;
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

    /**
     * Takes no connection any more and tells every client to go away, in two steps as HTTP/2 has it: a call that was sent before the client
     * heard of it is still taken. Calls and streams that are under way keep their connection.
     */
    static void sendAway() {
        servers().forEach(Server::shutdown);
    }

    /** Waits until all clients have gone. After {@link #sendAway}. */
    static void awaitGone(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Server server : servers()) {
            boolean unused = server.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private static List<Server> servers() {
        return InternalChannelz.instance().getServers(0, MOST_SERVERS).servers.stream()
                .filter(Server.class::isInstance)
                .map(Server.class::cast)
                .toList();
    }
}
