package io.anabranch.learn.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contents of a safetensors file: tensors in the file's order and free text metadata.
 *
 * <p>Format (public, github.com/huggingface/safetensors): 8 bytes little-endian length N of the header; N bytes of
 * UTF-8 JSON that begin with an opening brace and may end in spaces,
 * {@code {"name": {"dtype": "F32", "shape": [r, c], "data_offsets": [begin, end]}, "__metadata__": {"key": "value"}}};
 * then the data, row-major and little-endian, to which the offsets are relative. Tensors cover the data without gap or
 * overlap.
 */
public record Safetensors(List<WeightTensor> tensors, Map<String, String> metadata) {

    static final String METADATA = "__metadata__";

    public Safetensors {
        tensors = List.copyOf(tensors);
        metadata = Map.copyOf(new TreeMap<>(metadata));
        if (tensors.stream().map(WeightTensor::name).distinct().count() != tensors.size()) {
            throw new InvalidModelException("The tensors %s must have different names.".formatted(tensors));
        }
        if (tensors.stream().anyMatch(tensor -> tensor.name().equals(METADATA))) {
            throw new InvalidModelException("A tensor cannot be named (%s).".formatted(METADATA));
        }
    }

    /** Throws {@link InvalidModelException} saying what is wrong with the file. */
    public static Safetensors parse(byte[] file) {
        return SafetensorsReader.read(file);
    }

    /** The same contents give the same bytes. */
    public byte[] toBytes() {
        return SafetensorsWriter.write(this);
    }
}
