package io.anabranch.graph.hag.pass;

/** Checks of arrays that hold rows. */
final class RowShapes {

    private RowShapes() {}

    /** @throws IllegalArgumentException if the rows don't fit behind {@code at}, or there is no column */
    static void require(String what, float[] array, int at, int rows, int width) {
        if (width < 1) {
            throw new IllegalArgumentException("The width (%d) must be at least 1.".formatted(width));
        }
        if (at < 0) {
            throw new IllegalArgumentException("The %s cannot begin at %d.".formatted(what, at));
        }
        if (array.length - at < (long) rows * width) {
            throw new IllegalArgumentException(
                    "The %s has %d floats, %d rows of %d are needed.".formatted(what, array.length - at, rows, width));
        }
    }
}
