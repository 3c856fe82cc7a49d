package io.anabranch.standalone.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.utils.Utils;

/** Who owns a vertex, as docs/wire-format.md says. */
final class Owners {

    private Owners() {}

    static int of(String vertex, int partitions) {
        return Utils.toPositive(Utils.murmur2(vertex.getBytes(UTF_8))) % partitions;
    }
}
