package io.anabranch.standalone.chaos;

import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The embedded broker in a JVM of its own: {@code BrokerMain FOLDER PORT CONTROLLER-PORT}. Ends in good order on SIGTERM. */
final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedBroker broker = EmbeddedBroker.start(new BrokerOptions(
                Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        new CountDownLatch(1).await();
    }
}
