package io.anabranch.learn.temporal;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * How likely an edge (u, v) is now, from a row z and the features x of either end and the times since their last events, encoded as φ:
 * {@code relu(z_u S + z_v T + φ_u G + φ_v H + (z_u A ∘ x_v B) M + (z_v C ∘ x_u D) N + b) w + c}. The products ask whether what one end remembers
 * is the other.
 *
 * <p>Rows are multiplied once, however many candidates they take part in. Shapes: z [n, d], x [n, f], scores [q, 1].
 */
final class LinkHead implements Parametric {

    private final int hidden;
    private final int rank;
    private final Linear ofRows;
    private final Linear ofFeatures;
    private final Linear ofGaps;
    private final Linear ofProducts;
    private final Linear out;

    private LinkHead(int hidden, int rank, List<Linear> maps) {
        this.hidden = hidden;
        this.rank = rank;
        this.ofRows = maps.get(0);
        this.ofFeatures = maps.get(1);
        this.ofGaps = maps.get(2);
        this.ofProducts = maps.get(3);
        this.out = maps.get(4);
    }

    /**
     * @param rowWidth d
     * @param featureWidth f
     * @param hidden units that all sums end in
     * @param rank numbers of each product
     */
    static LinkHead create(
            DataType type, int rowWidth, int featureWidth, int hidden, int rank, RandomGenerator random) {
        Initialiser glorot = Initialiser.glorotUniform();
        return new LinkHead(
                hidden,
                rank,
                List.of(
                        Linear.create("head.rows", type, rowWidth, 2 * (hidden + rank), false, glorot, random),
                        Linear.create("head.features", type, featureWidth, 2 * rank, false, glorot, random),
                        Linear.create("head.gaps", type, 2 * TimeGaps.WIDTH, hidden, true, glorot, random),
                        Linear.create("head.products", type, 2 * rank, hidden, false, glorot, random),
                        Linear.create("head.out", type, hidden, 1, true, glorot, random)));
    }

    /** Rows of ends, multiplied: what a source and a target give to the sum, to the product of their own row, and to the other end's product. */
    record Ends(Variable source, Variable target) {

        /** The same values as constants of another tape. */
        Ends on(Tape tape) {
            return new Ends(tape.constant(source.value()), tape.constant(target.value()));
        }
    }

    /** Multiplies the rows z and features x of the same n ends. */
    Ends ends(Variable rows, Variable features) {
        Variable z = ofRows.apply(rows);
        Variable x = ofFeatures.apply(features);
        int half = hidden + rank;
        return new Ends(
                z.sliceColumns(0, half).concatColumns(x.sliceColumns(0, rank)),
                z.sliceColumns(half, 2 * half).concatColumns(x.sliceColumns(rank, 2 * rank)));
    }

    /**
     * The logits of candidates: [q, 1].
     *
     * @param sources the row of each candidate's source among the ends
     * @param targets likewise of its target
     * @param gaps the encoded times since the last events of source and target, [q, 2 · {@link TimeGaps#WIDTH}]
     */
    Variable logits(Ends ends, int[] sources, int[] targets, Tensor gaps, Dropout dropout, Pass pass) {
        Variable u = ends.source().gatherRows(sources);
        Variable v = ends.target().gatherRows(targets);
        Variable remembered = product(u, v).concatColumns(product(v, u));
        Variable sum = u.sliceColumns(0, hidden)
                .plus(v.sliceColumns(0, hidden))
                .plus(ofGaps.apply(u.tape().constant(gaps)))
                .plus(ofProducts.apply(remembered));
        return out.apply(dropout.apply(sum.relu(), pass));
    }

    /** What the row of one end says of the features of the other. */
    private Variable product(Variable row, Variable features) {
        return row.sliceColumns(hidden, hidden + rank).times(features.sliceColumns(hidden + rank, hidden + 2 * rank));
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.of(ofRows, ofFeatures, ofGaps, ofProducts, out)
                .flatMap(map -> map.parameters().stream())
                .toList();
    }
}
