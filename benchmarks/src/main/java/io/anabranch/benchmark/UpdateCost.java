package io.anabranch.benchmark;

import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.FrozenModel;

/**
 * The arithmetic and the memory traffic that an update of a linear model cannot do without, given how many rows it moved and added.
 *
 * <p>FLOPs: 2 in·out for each product of a moved row (with W_neighbor and, unless GCN, W_self), 2 out for each row addition. Bytes: of a
 * moved row its input once, its message read and written, and the vertex's own accumulator read and written; of each row addition the sink's row read
 * and written, and 8 of adjacency. Widths as stored, a multiple of 16 floats. Left out: copies of values before the batch, comparisons, sets,
 * drawing the neighbours' places.
 *
 * @param productFlops per update
 * @param addFlops per update
 * @param bytes per update
 * @param addNanos what the row additions take at the machine's rate of additions at random places
 */
record UpdateCost(double productFlops, double addFlops, double bytes, double addNanos) {

    static UpdateCost of(FrozenModel model, EngineCell.Counts counts, MachineBounds machine) {
        double products = 0;
        double additions = 0;
        double bytes = 0;
        double addedFloats = 0;
        for (int l = 1; l <= model.layers(); l++) {
            FrozenLayer layer = model.layer(l);
            double moved = counts.moved()[l - 1];
            double adds = counts.adds()[l - 1];
            int out = layer.outputStride();
            products += moved * 2 * layer.inputWidth() * out * (layer.hasSelf() ? 2 : 1);
            additions += adds * 2 * out;
            bytes += Float.BYTES * moved * (layer.inputWidth() + 4.0 * out) + adds * (2.0 * Float.BYTES * out + 8);
            addedFloats += adds * out;
        }
        return new UpdateCost(products, additions, bytes, addedFloats * machine.nanosPerAddedFloat());
    }

    double flops() {
        return productFlops + addFlops;
    }

    /** Nanoseconds an update takes at least where arithmetic and traffic overlap wholly: the greater of the two. */
    double roofline(MachineBounds machine) {
        return Math.max(flops() / machine.gigaflops(), bytes / (2 * machine.copyGigabytes()));
    }

    /** Nanoseconds of products at their rate and then row additions at random places at theirs. */
    double inTurn(MachineBounds machine) {
        return productFlops / machine.gigaflops() + addNanos;
    }
}
