package io.anabranch.cli;

import picocli.CommandLine.Option;

/** Whose consumer group and state a command is about. */
final class ApplicationOptions {

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            defaultValue = "anabranch-stream",
            description = "The stream processor's anabranch.stream.application-id (default: ${DEFAULT-VALUE}).")
    private String applicationId = "anabranch-stream";

    String applicationId() {
        return applicationId;
    }
}
