package io.anabranch.learn.recurrent;

import io.anabranch.learn.tensor.DataType;
import java.util.SplittableRandom;

/** Every cell that there is, small and with random parameters. */
enum Cells {
    GRU,
    LSTM,
    REVERSIBLE_GRU,
    REVERSIBLE_LSTM,
    LIPSCHITZ,
    ANTISYMMETRIC;

    static final int IN = 3;
    static final int WIDTH = 4;

    RecurrentCell create(DataType type) {
        SplittableRandom random = new SplittableRandom(21);
        RecurrentCell cell = switch (this) {
            case GRU -> Gru.create("cell", type, IN, WIDTH, random);
            case LSTM -> Lstm.create("cell", type, IN, WIDTH, random);
            case REVERSIBLE_GRU -> ReversibleGru.create("cell", type, IN, WIDTH, ForgetLimit.ofBits(3), random);
            case REVERSIBLE_LSTM -> ReversibleLstm.create("cell", type, IN, WIDTH, ForgetLimit.none(), random);
            case LIPSCHITZ ->
                LipschitzCell.create(
                        "cell",
                        type,
                        IN,
                        WIDTH,
                        0.3,
                        new StructuredMatrix(0.75, 0.1),
                        new StructuredMatrix(0.6, 0.2),
                        random);
            case ANTISYMMETRIC -> LipschitzCell.antisymmetric("cell", type, IN, WIDTH, 0.3, 0.1, random);
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
