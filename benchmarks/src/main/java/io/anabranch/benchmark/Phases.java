package io.anabranch.benchmark;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
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
        Map<String, Long> before = log.records();
        long start = System.nanoTime();
        for (byte[] record : records) {
            producer.send(new ProducerRecord<>(EndToEnd.EVENTS, record));
        }
        producer.flush();
        double elapsed = (log.awaitQuiet() - start) / 1e9;
        System.out.printf(
                "| %s | %,d | %.1f | %,.0f | %.0f | %s |%n",
                name,
                records.size(),
                elapsed,
                records.size() / elapsed,
                (service.streamCpuSeconds() - cpu) * 1e6 / records.size(),
                perEvent(before, log.records(), records.size()));
    }

    private static String perEvent(Map<String, Long> before, Map<String, Long> after, int events) {
        return after.entrySet().stream()
                .map(topic -> "%s %.1f"
                        .formatted(
                                topic.getKey(),
                                (topic.getValue() - before.getOrDefault(topic.getKey(), 0L)) / (double) events))
                .collect(Collectors.joining(", "));
    }
}
