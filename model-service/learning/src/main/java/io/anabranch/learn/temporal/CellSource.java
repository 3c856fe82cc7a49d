package io.anabranch.learn.temporal;

import io.anabranch.learn.recurrent.RecurrentCell;
import io.anabranch.learn.tensor.DataType;
import java.util.random.RandomGenerator;

/** Makes a cell that reads rows of one width and has an output of another. */
@FunctionalInterface
public interface CellSource {

    RecurrentCell create(String name, DataType type, int in, int width, RandomGenerator random);
}
