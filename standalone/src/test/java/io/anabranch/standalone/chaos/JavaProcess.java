package io.anabranch.standalone.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own that can be killed, paused and started again with the same command. Its output goes to one file over all its
 * lives. Signals go by process id to this process alone. One thread at a time.
 */
final class JavaProcess implements AutoCloseable {

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final List<String> command;
    private final Path log;
    private @Nullable Process process;

    /** @param arguments what follows {@code java} */
    JavaProcess(String name, Path logFolder, List<String> arguments) {
        this.name = name;
        this.log = logFolder.resolve(name + ".log");
        this.command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
    }

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    void start() {
        if (alive()) {
            throw new IllegalStateException("The process %s runs already.".formatted(name));
        }
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process = started;
            // Whatever ends this JVM in good order ends the children, too; nobody else knows of them.
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        } catch (IOException e) {
            throw new UncheckedIOException("The process %s cannot be started.".formatted(name), e);
        }
    }

    boolean alive() {
        return process != null && process.isAlive();
    }

    /** kill -9; returns when it is gone. Works on a paused process, too. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            await(running, KILL_PATIENCE);
        }
    }

    /** SIGTERM; kills what has not ended by then. Returns whether it ended by itself. */
    boolean stop(Duration patience) {
        Process running = running();
        running.destroy();
        if (await(running, patience)) {
            return true;
        }
        kill();
        return false;
    }

    /** SIGSTOP. */
    void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        String pid = Long.toString(running().pid());
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!await(kill, KILL_PATIENCE) || kill.exitValue() != 0) {
                throw new IllegalStateException("The process %s (%s) took no %s.".formatted(name, pid, signal));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The process %s cannot be signalled.".formatted(name), e);
        }
    }

    private Process running() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("The process %s is not there; see %s.".formatted(name, log));
        }
        return running;
    }

    private static boolean await(Process ending, Duration patience) {
        try {
            return ending.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        kill();
    }
}
