package io.anabranch.standalone;

import org.jspecify.annotations.Nullable;

/** The broker of an instance's folder alone, for work on its topics while the instance is stopped. */
public final class FolderBroker implements AutoCloseable {

    private final InstanceFolder.Claim claim;
    private final EmbeddedBroker broker;

    private FolderBroker(InstanceFolder.Claim claim, EmbeddedBroker broker) {
        this.claim = claim;
        this.broker = broker;
    }

    /**
     * Starts the broker; nothing else can start on the folder until it is closed.
     *
     * @throws StartFailure if an instance runs on the folder, it never held one, or the broker cannot start
     */
    public static FolderBroker start(InstanceFolder folder) {
        Instance last = folder.read();
        if (last == null) {
            throw new StartFailure("The folder %s holds no instance.".formatted(folder.path()));
        }
        InstanceFolder.Claim claim = folder.claim();
        @Nullable EmbeddedBroker broker = null;
        try {
            broker = EmbeddedBroker.start(
                    new BrokerOptions(folder.broker(), free(last.kafkaPort()), free(last.controllerPort())));
            return new FolderBroker(claim, broker);
        } finally {
            if (broker == null) {
                claim.close();
            }
        }
    }

    private static int free(int port) {
        return Ports.isFree(port) ? port : Ports.free();
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public void close() {
        broker.close();
        claim.close();
    }
}
