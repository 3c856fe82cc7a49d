package io.anabranch.learn.recurrent;

import io.anabranch.learn.tensor.DataType;
import java.util.SplittableRandom;

/** Every cell that there is, small and with random parameters. */
enum Cells {
    GRU,
    LSTM;

    static final int IN = 3;
    static final int WIDTH = 4;

    RecurrentCell create(DataType type) {
        SplittableRandom random = new SplittableRandom(21);
        RecurrentCell cell = switch (this) {
            case GRU -> Gru.create("cell", type, IN, WIDTH, random);
            case LSTM -> Lstm.create("cell", type, IN, WIDTH, random);
        };
        // Biases that are not zero, and matrices that are not small.
        cell.parameters().forEach(parameter -> {
            double[] values = parameter.tensor().toDoubles();
            for (int i = 0; i < values.length; i++) {
                values[i] = 1.3 * values[i] + 0.3 * (random.nextDouble() - 0.5);
            }
            parameter.tensor().assign(values);
        });
        return cell;
    }
}
