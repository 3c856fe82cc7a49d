package io.anabranch.serve.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.snapshot.EdgeDirection;
import io.anabranch.serve.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Objects;

/**
 * Where a page of edges ends: the other end and the type of its last edge, with a hash of the node and the direction, so that a token of other
 * edges is refused. Base64 of: hash, four bytes; length of the other end, two bytes; the other end; the type.
 */
final class EdgePageToken {

    private static final int HEAD = Integer.BYTES + Short.BYTES;

    private EdgePageToken() {}

    static String behind(EdgeId last, EdgeDirection direction) {
        boolean in = direction == EdgeDirection.IN;
        byte[] end = (in ? last.source() : last.target()).getBytes(UTF_8);
        byte[] type = last.type().getBytes(UTF_8);
        byte[] bytes = ByteBuffer.allocate(HEAD + end.length + type.length)
                .putInt(filter(in ? last.target() : last.source(), direction))
                .putShort((short) end.length)
                .put(end)
                .put(type)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static int filter(String nodeId, EdgeDirection direction) {
        return Objects.hash(nodeId, direction.name());
    }

    /** The edge to go on behind. */
    static EdgeId read(String token, String nodeId, EdgeDirection direction) {
        String end;
        String type;
        int filter;
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
            if (bytes.remaining() < HEAD) {
                throw foreign();
            }
            filter = bytes.getInt();
            int length = Short.toUnsignedInt(bytes.getShort());
            if (length > bytes.remaining()) {
                throw foreign();
            }
            end = UTF_8.newDecoder().decode(bytes.slice(HEAD, length)).toString();
            type = UTF_8.newDecoder()
                    .decode(bytes.position(HEAD + length).slice())
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw foreign();
        }
        if (filter != filter(nodeId, direction)) {
            throw Problem.invalid("page_token", "Belongs to a request with another node or direction.");
        }
        try {
            return direction == EdgeDirection.IN ? new EdgeId(end, nodeId, type) : new EdgeId(nodeId, end, type);
        } catch (IllegalArgumentException e) {
            // No edge has such an end or such a type.
            throw foreign();
        }
    }

    private static RuntimeException foreign() {
        return Problem.invalid("page_token", "Is none that this service has given.");
    }
}
