package io.anabranch.serve.guard;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of single calls, for logs: the caller's own where it is one, else a new one. They are no secrets. */
public final class RequestIds {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    private RequestIds() {}

    public static String given(@Nullable String asked) {
        return asked != null && ALLOWED.matcher(asked).matches()
                ? asked
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
