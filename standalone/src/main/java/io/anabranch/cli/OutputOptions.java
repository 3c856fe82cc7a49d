package io.anabranch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** Tables for people, JSON for scripts. */
final class OutputOptions {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Option(names = "--json", description = "Print JSON instead of tables.")
    private boolean json;

    boolean json() {
        return json;
    }

    static void print(PrintWriter out, MessageOrBuilder message) {
        try {
            out.println(JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The reply has no JSON form.", e);
        }
        out.flush();
    }

    /** One line, for streams of messages. */
    static void printLine(PrintWriter out, MessageOrBuilder message) {
        try {
            out.println(JsonFormat.printer()
                    .omittingInsignificantWhitespace()
                    .alwaysPrintFieldsWithNoPresence()
                    .print(message));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The message has no JSON form.", e);
        }
        out.flush();
    }

    static void print(PrintWriter out, Object value) {
        try {
            out.println(JSON.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The value has no JSON form.", e);
        }
        out.flush();
    }
}
