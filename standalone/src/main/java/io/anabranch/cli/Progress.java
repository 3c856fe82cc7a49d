package io.anabranch.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on the error stream while something long goes on; where that is no terminal, one line at its end. */
final class Progress implements AutoCloseable {

    private final String task;
    private final PrintWriter err;
    private final boolean quiet;
    private final long startNanos = System.nanoTime();
    private final @Nullable ProgressBar bar;
    private String note = "";

    private Progress(String task, long total, PrintWriter err, boolean quiet) {
        this.task = task;
        this.err = err;
        this.quiet = quiet;
        this.bar = quiet || !terminal()
                ? null
                : new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                        .setUpdateIntervalMillis(200)
                        .build();
    }

    static Progress start(String task, long total, PrintWriter err, boolean quiet) {
        return new Progress(task, total, err, quiet);
    }

    /** Standard error cannot be asked in Java; where input and output are a terminal, so is it, but for a redirection. */
    private static boolean terminal() {
        return System.console() != null && System.console().isTerminal();
    }

    void at(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    void total(long total) {
        if (bar != null) {
            bar.maxHint(total);
        }
    }

    void note(String text) {
        note = text;
        if (bar != null) {
            bar.setExtraMessage(text);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        } else if (!quiet) {
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            err.println(String.format(Locale.ROOT, "%s: %.1f s%s", task, seconds, note.isEmpty() ? "" : ", " + note));
            err.flush();
        }
    }
}
