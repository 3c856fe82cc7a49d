package io.anabranch.benchmark;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Without an application around it the log manager keeps every record of every level, which would be what is measured. */
final class Logs {

    private Logs() {}

    /** Warnings and worse, to standard error. */
    static void warnings() {
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new ConsoleHandler());
    }
}
