package io.anabranch.serve.watch;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.anabranch.serve.Problem;
import io.anabranch.serve.predict.Prediction.Pair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How far a watch has come: below these offsets of the partitions of the embeddings topic everything that the watch is of has been told.
 * Good at every server that reads the same topics.
 *
 * <p>Bytes: <b>1</b> format, <b>8</b> fingerprint of what is watched, <b>varint</b> model version, <b>varint</b> number of partitions, and
 * a <b>varint</b> next offset for each.
 *
 * @param next none ({@link #UNTOLD}): the whole state was being told and was not through
 */
record ResumeToken(long fingerprint, long version, long[] next) {

    static final long[] UNTOLD = {};

    private static final byte FORMAT = 1;

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 + 5 * next.length);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeRawByte(FORMAT);
            out.writeFixed64NoTag(fingerprint);
            out.writeUInt64NoTag(version);
            out.writeUInt32NoTag(next.length);
            for (long offset : next) {
                out.writeUInt64NoTag(offset);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Refuses what is no token of this watch. */
    static ResumeToken read(byte[] bytes, long fingerprint, int partitions) {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            if (in.readRawByte() != FORMAT) {
                throw refused("Is no token that a watch gave.");
            }
            if (in.readFixed64() != fingerprint) {
                throw refused("Belongs to a watch of another model, task, condition or other nodes.");
            }
            long version = in.readUInt64();
            int named = in.readUInt32();
            if (named != 0 && named != partitions) {
                throw refused(
                        "Is of a service with another number of partitions; here there are %d.".formatted(partitions));
            }
            long[] next = new long[named];
            for (int p = 0; p < named; p++) {
                next[p] = in.readUInt64();
                if (next[p] < 0) {
                    throw refused("Is no token that a watch gave.");
                }
            }
            if (!in.isAtEnd()) {
                throw refused("Is no token that a watch gave.");
            }
            return new ResumeToken(fingerprint, version, next);
        } catch (IOException e) {
            throw refused("Is no token that a watch gave.");
        }
    }

    private static RuntimeException refused(String why) {
        return Problem.invalid("resume_token", why);
    }

    /** Of what is watched: a token is good for the same things only. */
    static long fingerprint(WatchOrder order, String model, String task) {
        MessageDigest digest = sha256();
        add(digest, model);
        add(digest, Long.toString(order.model().version()));
        add(digest, order.model().alias());
        add(digest, order.model().routingKey());
        add(digest, task);
        add(digest, order.condition().toString());
        order.nodeIds().stream().sorted().distinct().forEach(id -> add(digest, id));
        add(digest, "");
        order.pairs().stream().map(ResumeToken::text).sorted().distinct().forEach(pair -> add(digest, pair));
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    private static String text(Pair pair) {
        return pair.source().length() + ":" + pair.source() + pair.target();
    }

    private static void add(MessageDigest digest, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256.", e);
        }
    }
}
