package io.anabranch.cli;

import io.anabranch.standalone.StartFailure;
import io.anabranch.stream.KafkaUnreachableException;
import io.anabranch.stream.ResetRefusedException;
import io.anabranch.stream.deadletter.DeadLetterAccessException;
import io.anabranch.stream.snapshot.SnapshotAccessException;
import io.anabranch.stream.snapshot.SnapshotRefusedException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The one place where a failure becomes lines on the error stream and an exit code. */
final class FailureReport implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments)
            throws Exception {
        PrintWriter err = command.getErr();
        return switch (failure) {
            case CommandFailure known -> tell(err, String.valueOf(known.getMessage()), known.exitCode());
            case DeadLetterAccessException letters ->
                tell(err, String.valueOf(letters.getMessage()), ExitCode.UNAVAILABLE);
            case SnapshotRefusedException refused -> tell(err, String.valueOf(refused.getMessage()), ExitCode.FAILED);
            case ResetRefusedException refused -> tell(err, String.valueOf(refused.getMessage()), ExitCode.FAILED);
            case SnapshotAccessException kafka -> tell(err, String.valueOf(kafka.getMessage()), ExitCode.UNAVAILABLE);
            case KafkaUnreachableException kafka -> tell(err, String.valueOf(kafka.getMessage()), ExitCode.UNAVAILABLE);
            case StartFailure start -> tell(err, String.valueOf(start.getMessage()), ExitCode.UNAVAILABLE);
            case StatusRuntimeException status -> tell(err, words(status.getStatus()), exitCode(status.getStatus()));
            case Exception other -> throw other;
        };
    }

    private static int tell(PrintWriter err, String message, int exitCode) {
        err.println("anabranch: " + message);
        err.flush();
        return exitCode;
    }

    private static int exitCode(Status status) {
        return status.getCode() == Status.Code.UNAVAILABLE ? ExitCode.UNAVAILABLE : ExitCode.FAILED;
    }

    private static String words(Status status) {
        String code = status.getCode().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return status.getDescription() == null ? code : "%s: %s".formatted(code, status.getDescription());
    }
}
