package io.anabranch.cli;

/** What a command's exit code says. */
final class ExitCode {

    static final int OK = 0;
    /** The service answered with an error, or the work failed. */
    static final int FAILED = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;
    /** No instance runs, it cannot be reached, or it cannot start. */
    static final int UNAVAILABLE = 3;

    private ExitCode() {}
}
