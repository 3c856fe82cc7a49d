package io.anabranch.serve.rest;

import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.FieldMaskUtil;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.serve.Problem;
import io.anabranch.serve.wire.PositionText;
import io.anabranch.serve.wire.ReadMask;
import io.anabranch.v1.EventPosition;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The JSON form of protobuf messages, both ways. Names may be written in lowerCamelCase or as in the .proto file. */
final class JsonCalls {

    private static final JsonFormat.Parser PARSER = JsonFormat.parser();
    // With zeros: a probability of 0 is an answer, not an absence.
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence();

    private JsonCalls() {}

    /** Reads the body into the request, calls, and writes the response. */
    static <B extends Message.Builder> Response answer(
            B request, @Nullable String body, Function<B, ? extends Message> call) {
        return json(call.apply(read(request, body)));
    }

    /** The same for a call that may be answered later, of whose response no more is shown than the mask wants. */
    static CompletionStage<Response> answerLater(CompletableFuture<? extends Message> call, ReadMask mask) {
        return respondLater(call, response -> json(response, mask));
    }

    /** The same for a call that may be answered later. */
    static CompletionStage<Response> answerLater(CompletableFuture<? extends Message> call) {
        return respondLater(call, JsonCalls::json);
    }

    /** A response that is made when the call is answered. */
    static <T> CompletionStage<Response> respondLater(
            CompletableFuture<? extends T> call, Function<? super T, Response> response) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        var unused = call.<Response>thenApply(response::apply).whenComplete((made, failure) -> {
            if (failure == null) {
                answer.complete(made);
            } else {
                Throwable cause = failure.getCause();
                answer.completeExceptionally(failure instanceof CompletionException && cause != null ? cause : failure);
            }
        });
        return answer;
    }

    /** Waits for a call; not on an event loop. */
    static <T> T await(CompletableFuture<T> call) {
        try {
            return call.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.stopping();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        }
    }

    /** Events as a query names them: {@code partition:offset}. */
    static List<EventPosition> positions(List<String> after) {
        return after.stream().map(text -> PositionText.read("after", text)).toList();
    }

    /** Adds the paths of a query parameter, with commas between them, named as in JSON or as in the .proto file. */
    static void readMask(@Nullable String text, FieldMask.Builder mask) {
        if (text != null) {
            mask.mergeFrom(FieldMaskUtil.fromJsonString(text));
        }
    }

    /** A query parameter that is a whole number from 0 on. */
    static long number(String parameter, String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw Problem.invalid(parameter, "Must be a whole number from 0 to %d, but is %s.".formatted(most, text));
        }
        throw Problem.invalid(parameter, "Must be a whole number from 0 to %d, but is %s.".formatted(most, text));
    }

    static <B extends Message.Builder> B read(B request, @Nullable String body) {
        if (body != null && !body.isBlank()) {
            try {
                PARSER.merge(body, request);
            } catch (InvalidProtocolBufferException e) {
                throw Problem.invalid(
                        "body",
                        "Is no JSON form of %s: %s"
                                .formatted(request.getDescriptorForType().getName(), e.getMessage()));
            }
        }
        return request;
    }

    static Response json(Message message, ReadMask mask) {
        if (mask.wantsAll()) {
            return json(message);
        }
        var printer = JsonFormat.printer()
                .omittingInsignificantWhitespace()
                .includingDefaultValueFields(mask.shown(message.getDescriptorForType()));
        return Response.ok(text(message, printer), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    static Response json(Message message) {
        return Response.ok(text(message), MediaType.APPLICATION_JSON_TYPE).build();
    }

    static String text(Message message) {
        return text(message, PRINTER);
    }

    private static String text(Message message, JsonFormat.Printer printer) {
        try {
            return printer.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A response holds an Any that is unknown here.", e);
        }
    }
}
