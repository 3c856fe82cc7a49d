package io.anabranch.learn.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Writes float32 tensors, the header padded with spaces so that the data begins at a multiple of 8 bytes. */
final class SafetensorsWriter {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SafetensorsWriter() {}

    static byte[] write(Safetensors contents) {
        ObjectNode header = JSON.createObjectNode();
        if (!contents.metadata().isEmpty()) {
            ObjectNode metadata = header.putObject(Safetensors.METADATA);
            new TreeMap<>(contents.metadata()).forEach(metadata::put);
        }
        long offset = 0;
        for (WeightTensor tensor : contents.tensors()) {
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", SafetensorsType.F32.name());
            ArrayNode shape = entry.putArray("shape");
            for (int axis = 0; axis < tensor.rank(); axis++) {
                shape.add(tensor.extent(axis));
            }
            ArrayNode offsets = entry.putArray("data_offsets");
            offsets.add(offset);
            offset += (long) tensor.size() * Float.BYTES;
            offsets.add(offset);
        }
        byte[] text = json(header);
        int padded = (text.length + 7) / 8 * 8;
        ByteBuffer file =
                ByteBuffer.allocate(Math.toIntExact(8L + padded + offset)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(padded).put(text);
        for (int i = text.length; i < padded; i++) {
            file.put((byte) ' ');
        }
        for (WeightTensor tensor : contents.tensors()) {
            for (int i = 0; i < tensor.size(); i++) {
                file.putFloat(tensor.value(i));
            }
        }
        return file.array();
    }

    private static byte[] json(ObjectNode header) {
        try {
            return JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A header of text and numbers is always JSON.", e);
        }
    }
}
