package io.anabranch.serve.wire;

import io.anabranch.serve.Problem;
import io.anabranch.v1.EventPosition;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Places of events as text: {@code partition:offset}, several with commas between them. */
public final class PositionText {

    private static final Pattern POSITION = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

    private PositionText() {}

    /** @param field of the request, for the problem that is thrown */
    public static EventPosition read(String field, String text) {
        Matcher matcher = POSITION.matcher(text);
        if (!matcher.matches()) {
            throw Problem.invalid(field, "Must be PARTITION:OFFSET, such as 2:1041, but is %s.".formatted(text));
        }
        return EventPosition.newBuilder()
                .setPartition(Integer.parseInt(matcher.group(1)))
                .setOffset(Long.parseLong(matcher.group(2)))
                .build();
    }

    /** Empty: none. */
    public static List<EventPosition> readAll(String field, String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1))
                        .map(each -> read(field, each))
                        .toList();
    }

    public static String write(List<EventPosition> positions) {
        return positions.stream()
                .map(position -> position.getPartition() + ":" + position.getOffset())
                .collect(Collectors.joining(","));
    }
}
