package io.anabranch.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Size and pace of the demo. */
final class DemoOptions {

    @Option(names = "--accounts", paramLabel = "N", defaultValue = "5000", description = "Accounts (default: 5000).")
    private int accounts = 5000;

    @Option(
            names = "--events-rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Live events per second (default: 1000; 0: as fast as they are acknowledged).")
    private double eventsPerSecond = 1000;

    @Option(
            names = "--live-events",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Live payments (default: 10000).")
    private int livePayments = 10_000;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the payments (default: 1).")
    private long seed = 1;

    void check(CommandLine command) {
        if (accounts < 100 || accounts > 1_000_000) {
            throw new CommandLine.ParameterException(
                    command, "--accounts (%d) must be from 100 to 1000000.".formatted(accounts));
        }
        if (livePayments < 0 || eventsPerSecond < 0) {
            throw new CommandLine.ParameterException(command, "--live-events and --events-rate must not be negative.");
        }
    }

    int accounts() {
        return accounts;
    }

    double eventsPerSecond() {
        return eventsPerSecond;
    }

    int livePayments() {
        return livePayments;
    }

    long seed() {
        return seed;
    }
}
