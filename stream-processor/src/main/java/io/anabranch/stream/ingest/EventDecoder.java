package io.anabranch.stream.ingest;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.event.v1.GraphEvent;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Bytes to event. The JSON form is tried when the first byte that is no white space is an opening brace.
 *
 * <p>A protobuf event can begin in the same way by chance: 0x0A is a line feed, and also the tag of the event id. So
 * bytes that begin with white space and are no JSON are read as protobuf too. A brace itself begins no protobuf event.
 * Thread-safe.
 */
public final class EventDecoder {

    /** Longest part of a foreign message that goes into a rejection. */
    private static final int MAX_MESSAGE = 300;

    private static final JsonFormat.Parser JSON = JsonFormat.parser();

    /** What became of the bytes. */
    public sealed interface Decoded {}

    public record Event(GraphEvent event) implements Decoded {}

    public record Undecodable(String detail, Exception cause) implements Decoded {}

    private EventDecoder() {}

    public static Decoded decode(byte[] value) {
        int start = firstNonSpace(value);
        if (start == value.length || value[start] != '{') {
            return protobuf(value);
        }
        Decoded json = json(value);
        if (json instanceof Undecodable && start > 0 && protobuf(value) instanceof Event event) {
            return event;
        }
        return json;
    }

    private static int firstNonSpace(byte[] value) {
        int at = 0;
        while (at < value.length && (value[at] == ' ' || value[at] == '\t' || value[at] == '\n' || value[at] == '\r')) {
            at++;
        }
        return at;
    }

    private static Decoded protobuf(byte[] value) {
        try {
            return new Event(GraphEvent.parseFrom(value));
        } catch (InvalidProtocolBufferException e) {
            return new Undecodable("The value is no protobuf event: %s".formatted(shortened(e)), e);
        }
    }

    private static Decoded json(byte[] value) {
        GraphEvent.Builder event = GraphEvent.newBuilder();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
            requireOneValue(text);
            JSON.merge(text, event);
        } catch (CharacterCodingException e) {
            return new Undecodable("The value begins like JSON but is no UTF-8.", e);
        } catch (IOException e) {
            return new Undecodable("The value is no JSON form of an event: %s".formatted(shortened(e)), e);
        }
        return new Event(event.build());
    }

    /**
     * The parser of protobuf stops after the first value and forgives much; two events in one record must not pass for one.
     */
    private static void requireOneValue(String text) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        reader.skipValue();
        if (reader.peek() != JsonToken.END_DOCUMENT) {
            throw new IOException("Something follows the event.");
        }
    }

    private static String shortened(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
    }
}
