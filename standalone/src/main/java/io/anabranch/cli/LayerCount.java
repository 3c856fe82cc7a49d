package io.anabranch.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of layers, or {@code auto}. */
final class LayerCount implements ITypeConverter<Integer> {

    static final int AUTO = -1;

    @Override
    public Integer convert(String value) {
        if (value.equals("auto")) {
            return AUTO;
        }
        try {
            int layers = Integer.parseInt(value);
            if (layers >= 0) {
                return layers;
            }
        } catch (NumberFormatException e) {
            // Falls to the message below.
        }
        throw new TypeConversionException(
                "'%s' is no number of layers; allowed: a whole number, or auto".formatted(value));
    }
}
