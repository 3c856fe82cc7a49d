package io.anabranch.learn.recurrent;

import io.anabranch.learn.nn.Parameter;
import java.util.List;

/** What the two halves of a reversible cell must be. */
final class Halves {

    private Halves() {}

    /** The width of a half. */
    static int widthOf(int state) {
        if (state < 2 || state % 2 != 0) {
            throw new IllegalArgumentException(
                    "The width (%d) of a reversible cell's output must be even and positive: it has two halves."
                            .formatted(state));
        }
        return state / 2;
    }

    static void checkAlike(List<Parameter> first, List<Parameter> second) {
        for (int i = 0; i < first.size(); i++) {
            if (!first.get(i).tensor().sameShape(second.get(i).tensor())
                    || first.get(i).tensor().type() != second.get(i).tensor().type()) {
                throw new IllegalArgumentException(
                        "The parameters (%s) and (%s) of the two halves must have the same shape and precision."
                                .formatted(first.get(i), second.get(i)));
            }
        }
    }
}
