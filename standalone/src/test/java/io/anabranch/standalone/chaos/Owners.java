package io.anabranch.standalone.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;

/** Who owns a vertex, as docs/wire-format.md says. */
final class Owners {

    private static final Pattern TAG = Pattern.compile("[^{]*\\{([^}]+)}.*", Pattern.DOTALL);

    private Owners() {}

    static int of(String vertex, int partitions) {
        Matcher tag = TAG.matcher(vertex);
        String hashed = tag.matches() ? tag.group(1) : vertex;
        return Utils.toPositive(Utils.murmur2(hashed.getBytes(UTF_8))) % partitions;
    }
}
