package io.anabranch.it;

import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import java.nio.file.Path;

/** A broker that can go and come back on the same ports and data. */
final class Brokers implements AutoCloseable {

    private final BrokerOptions options;
    private EmbeddedBroker broker;

    Brokers(Path folder) {
        this.options = new BrokerOptions(folder, Ports.free(), Ports.free());
        this.broker = EmbeddedBroker.start(options);
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    void goAway() {
        broker.close();
    }

    void comeBack() {
        broker = EmbeddedBroker.start(options);
    }

    @Override
    public void close() {
        broker.close();
    }
}
