package io.anabranch.standalone.chaos;

import io.anabranch.standalone.chaos.Site.ServerProcess;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Names model servers as the DNS of a headless service does: those that are ready when it is asked. It tells nobody of a change, and gRPC asks
 * when a channel starts and when a connection ends.
 */
final class ReadyServers extends NameResolverProvider {

    static final String SCHEME = "ready";

    private final List<ServerProcess> servers = new CopyOnWriteArrayList<>();

    void add(ServerProcess server) {
        servers.add(server);
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
        return new Resolver(Objects.requireNonNull(args.getOffloadExecutor()));
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
        return List.of(InetSocketAddress.class);
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 5;
    }

    private final class Resolver extends NameResolver {

        private final Executor executor;
        private @Nullable Listener2 listener;

        Resolver(Executor executor) {
            this.executor = executor;
        }

        @Override
        public String getServiceAuthority() {
            return "model-service";
        }

        @Override
        public void start(Listener2 listener) {
            this.listener = listener;
            refresh();
        }

        @Override
        public void refresh() {
            Listener2 told = Objects.requireNonNull(listener);
            executor.execute(() -> told.onResult(ResolutionResult.newBuilder()
                    .setAddressesOrError(StatusOr.fromValue(servers.stream()
                            .filter(server -> server.process().isReady())
                            .map(server ->
                                    new EquivalentAddressGroup(new InetSocketAddress("127.0.0.1", server.grpcPort())))
                            .toList()))
                    .build()));
        }

        @Override
        public void shutdown() {}
    }
}
