package io.anabranch.cli;

import io.anabranch.v1.EventPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which events an answer must reflect. */
final class FreshnessOptions {

    @Option(
            names = "--after",
            paramLabel = "PARTITION:OFFSET",
            split = ",",
            converter = Position.class,
            description =
                    "Wait until the answer reflects this event and all before it in its partition; publish prints it.")
    private List<EventPosition> after = new ArrayList<>();

    List<EventPosition> after() {
        return after;
    }

    /** Reads {@code 2:1041}. */
    static final class Position implements ITypeConverter<EventPosition> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

        @Override
        public EventPosition convert(String value) {
            Matcher matcher = FORM.matcher(value);
            if (!matcher.matches()) {
                throw new TypeConversionException("must be PARTITION:OFFSET, such as 2:1041, but is " + value);
            }
            return EventPosition.newBuilder()
                    .setPartition(Integer.parseInt(matcher.group(1)))
                    .setOffset(Long.parseLong(matcher.group(2)))
                    .build();
        }
    }
}
