package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runtimes of other languages as they are on this machine. What is missing skips the test, with a message; nothing is installed. */
final class Runtimes {

    private static final Path EXAMPLES =
            Path.of("..", "examples").toAbsolutePath().normalize();
    private static final long SECONDS = 60;

    private Runtimes() {}

    record Ended(int exitCode, String output) {}

    static Path pythonExample() {
        return EXAMPLES.resolve("python");
    }

    static Path javascriptExample() {
        return EXAMPLES.resolve("javascript");
    }

    /** The interpreter that ANABRANCH_PYTHON names, or that of the example's environment, or python3; it must have the modules. */
    static String python(String... modules) throws IOException, InterruptedException {
        String named = System.getenv("ANABRANCH_PYTHON");
        Path own = pythonExample().resolve(Path.of(".venv", "bin", "python"));
        String python = named != null ? named : Files.isExecutable(own) ? own.toString() : "python3";
        for (String module : modules) {
            assumeThat(succeeds(python, "-c", "import " + module))
                    .as("%s with the module %s; maybe install it as docs/testing.md says", python, module)
                    .isTrue();
        }
        return python;
    }

    /** Node, with the packages of the example installed. */
    static String node() throws IOException, InterruptedException {
        assumeThat(succeeds("node", "--version")).as("node on the PATH").isTrue();
        assumeThat(javascriptExample().resolve(Path.of("node_modules", "@grpc", "grpc-js")))
                .as("the packages of examples/javascript; maybe run npm ci there")
                .exists();
        return "node";
    }

    private static boolean succeeds(String... command) throws IOException, InterruptedException {
        try {
            return run(List.of(command)).exitCode() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Output and errors together. */
    static Ended run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("anabranch-client", ".txt");
        try {
            Process process = new ProcessBuilder(new ArrayList<>(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            return new Ended(ended ? process.exitValue() : -1, Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    /** The output of a command that must succeed. */
    static String output(String... command) throws IOException, InterruptedException {
        Ended ended = run(List.of(command));
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return ended.output();
    }
}
