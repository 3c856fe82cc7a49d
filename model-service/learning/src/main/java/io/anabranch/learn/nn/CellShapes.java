package io.anabranch.learn.nn;

/** Whether three given matrices make a recurrent cell. */
final class CellShapes {

    private CellShapes() {}

    /**
     * The width k of a cell with so many gates.
     *
     * @throws IllegalArgumentException where they are not [in, gates k], [k, gates k] and [1, gates k]
     */
    static int width(int gates, Parameter input, Parameter recurrent, Parameter bias) {
        int width = recurrent.rows();
        int columns = gates * width;
        if (input.columns() != columns
                || recurrent.columns() != columns
                || bias.columns() != columns
                || bias.rows() != 1) {
            throw new IllegalArgumentException(
                    "The parameters (%s), (%s) and (%s) must be [in, %d k], [k, %d k] and [1, %d k] for one k."
                            .formatted(input, recurrent, bias, gates, gates, gates));
        }
        return width;
    }
}
