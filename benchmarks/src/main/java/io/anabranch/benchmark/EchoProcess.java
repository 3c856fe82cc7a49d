package io.anabranch.benchmark;

import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.GetEmbeddingsResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An {@link EchoServer} in a process of its own, and the port at which it answers. */
record EchoProcess(Process process, int port) implements AutoCloseable {

    static EchoProcess start(ClassifyResponse classified, GetEmbeddingsResponse embedded) {
        try {
            Path folder = Files.createTempDirectory("echo");
            Path first = Files.write(folder.resolve("classified"), classified.toByteArray());
            Path second = Files.write(folder.resolve("embedded"), embedded.toByteArray());
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            EchoServer.class.getName(),
                            first.toString(),
                            second.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            if (line == null || !line.startsWith(EchoServer.PORT)) {
                throw new IllegalStateException("The echo server did not start: %s".formatted(line));
            }
            return new EchoProcess(process, Integer.parseInt(line.substring(EchoServer.PORT.length())));
        } catch (IOException e) {
            throw new UncheckedIOException("The echo server could not be started.", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
