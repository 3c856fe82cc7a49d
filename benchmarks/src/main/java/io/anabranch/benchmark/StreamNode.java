package io.anabranch.benchmark;

import io.anabranch.stream.StreamConfig;
import io.anabranch.stream.StreamRuntime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A stream processor in a process of its own, so that it can be measured, profiled and killed. Arguments are {@code key=value}; it says
 * {@code ready} when it is, and stops in good order when its input ends.
 */
public final class StreamNode {

    static final String READY = "ready";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private StreamNode() {}

    /** Runs one. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        Logs.warnings();
        Map<String, String> settings = new HashMap<>();
        for (String argument : arguments) {
            int at = argument.indexOf('=');
            settings.put(argument.substring(0, at), argument.substring(at + 1));
        }
        try (StreamRuntime stream = new StreamRuntime(StreamConfig.from(settings), new SimpleMeterRegistry())) {
            stream.start();
            if (!stream.awaitReady(PATIENCE)) {
                throw new IllegalStateException("The stream processor is not ready: %s".formatted(stream.status()));
            }
            System.out.println(READY);
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (input.readLine() != null) {
                // Only the end counts.
            }
        }
    }
}
