package io.anabranch.benchmark;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends events as fast as the producer can and measures until their last embedding is out. Prints a row of a table each. */
final class Phases {

    private final Service service;
    private final KafkaProducer<byte[], byte[]> producer;
    private final LogPosition log;

    Phases(Service service, KafkaProducer<byte[], byte[]> producer, LogPosition log) {
        this.service = service;
        this.producer = producer;
        this.log = log;
    }

    void run(String name, List<byte[]> records) throws InterruptedException, ExecutionException {
        double cpu = service.streamCpuSeconds();
        long start = System.nanoTime();
        for (byte[] record : records) {
            producer.send(new ProducerRecord<>(EndToEnd.EVENTS, record));
        }
        producer.flush();
        double elapsed = (log.awaitQuiet() - start) / 1e9;
        System.out.printf(
                "| %s | %,d | %.1f | %,.0f | %.0f |%n",
                name,
                records.size(),
                elapsed,
                records.size() / elapsed,
                (service.streamCpuSeconds() - cpu) * 1e6 / records.size());
    }
}
