package io.anabranch.learn.temporal;

import io.anabranch.graph.history.GapCode;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable Linear ofGraph;

    private LinkHead(int hidden, int rank, List<Linear> maps, @Nullable Linear ofGraph) {
        this.hidden = hidden;
        this.rank = rank;
        this.ofRows = maps.get(0);
        this.ofFeatures = maps.get(1);
        this.ofGaps = maps.get(2);
        this.ofProducts = maps.get(3);
        this.out = maps.get(4);
        this.ofGraph = ofGraph;
    }

    /**
     * @param rowWidth d
     * @param featureWidth f
     * @param hidden units that all sums end in
     * @param rank numbers of each product
     * @param graphWidth columns of a graph encoder's rows, which count as more columns of z; 0 for none
     */
    static LinkHead create(
            DataType type,
            int rowWidth,
            int featureWidth,
            int hidden,
            int rank,
            int graphWidth,
            RandomGenerator random) {
        Initialiser glorot = Initialiser.glorotUniform();
        return new LinkHead(
                hidden,
                rank,
                List.of(
                        Linear.create("head.rows", type, rowWidth, 2 * (hidden + rank), false, glorot, random),
                        Linear.create("head.features", type, featureWidth, 2 * rank, false, glorot, random),
                        Linear.create("head.gaps", type, 2 * GapCode.WIDTH, hidden, true, glorot, random),
                        Linear.create("head.products", type, 2 * rank, hidden, false, glorot, random),
                        Linear.create("head.out", type, hidden, 1, true, glorot, random)),
                graphWidth == 0
                        ? null
                        : Linear.create("head.graph", type, graphWidth, 2 * (hidden + rank), false, glorot, random));
    }

    /**
     * Rows of ends, multiplied: what a source and a target give to the sum, to the product of their own row, and to the other end's product.
     *
     * @param graph what the rows of a graph encoder give to the sum and to the product of their own row; null without one
     */
    record Ends(Variable source, Variable target, @Nullable Ends graph) {

        /** The same values as constants of another tape. */
        Ends on(Tape tape) {
            return new Ends(
                    tape.constant(source.value()),
                    tape.constant(target.value()),
                    graph == null ? null : graph.on(tape));
        }
    }

    /**
     * Where candidates find their ends.
     *
     * @param sources the row of each candidate's source among the ends
     * @param targets likewise of its target
     * @param graphSources the row of each candidate's source in the graph; empty without a graph
     * @param graphTargets likewise of its target
     * @param gaps the encoded times since the last events of source and target, [q, 2 · {@link GapCode#WIDTH}]
     */
    record Candidates(int[] sources, int[] targets, int[] graphSources, int[] graphTargets, Tensor gaps) {}

    /** The weights that read columns of z, a row for each column: [to - from][…]. */
    double[][] readers(int from, int to) {
        return Arrays.copyOfRange(ofRows.weight().matrix(), from, to);
    }

    /** A copy that reads other columns of z in place of those before {@code from}: with these weights, a row for each. */
    LinkHead reading(List<double[]> rows, int from) {
        Parameter weight = ofRows.weight();
        List<double[]> all = new ArrayList<>(rows);
        all.addAll(List.of(readers(from, weight.rows())));
        float[] values = new float[all.size() * weight.columns()];
        int at = 0;
        for (double[] row : all) {
            for (double value : row) {
                values[at++] = (float) value;
            }
        }
        Linear reading = Linear.of(
                Parameter.of(weight.name(), weight.tensor().type(), all.size(), weight.columns(), values), null);
        return new LinkHead(
                hidden,
                rank,
                List.of(reading, ofFeatures.copy(), ofGaps.copy(), ofProducts.copy(), out.copy()),
                ofGraph == null ? null : ofGraph.copy());
    }

    /** Multiplies the rows z and features x of the same n ends, and the rows of a graph if there is one. */
    Ends ends(Variable rows, Variable features, @Nullable Variable graph) {
        Variable z = ofRows.apply(rows);
        Variable x = ofFeatures.apply(features);
        int half = hidden + rank;
        return new Ends(
                z.sliceColumns(0, half).concatColumns(x.sliceColumns(0, rank)),
                z.sliceColumns(half, 2 * half).concatColumns(x.sliceColumns(rank, 2 * rank)),
                ofGraph == null || graph == null ? null : graphEnds(ofGraph.apply(graph), half));
    }

    private static Ends graphEnds(Variable rows, int half) {
        return new Ends(rows.sliceColumns(0, half), rows.sliceColumns(half, 2 * half), null);
    }

    /** The logits of candidates: [q, 1]. */
    Variable logits(Ends ends, Candidates candidates, Dropout dropout, Pass pass) {
        Variable u = ends.source().gatherRows(candidates.sources());
        Variable v = ends.target().gatherRows(candidates.targets());
        if (ends.graph() != null) {
            u = withGraph(u, ends.graph().source().gatherRows(candidates.graphSources()));
            v = withGraph(v, ends.graph().target().gatherRows(candidates.graphTargets()));
        }
        Variable remembered = product(u, v).concatColumns(product(v, u));
        Variable sum = u.sliceColumns(0, hidden)
                .plus(v.sliceColumns(0, hidden))
                .plus(ofGaps.apply(u.tape().constant(candidates.gaps())))
                .plus(ofProducts.apply(remembered));
        return out.apply(dropout.apply(sum.relu(), pass));
    }

    private Variable withGraph(Variable end, Variable graph) {
        int half = hidden + rank;
        return end.sliceColumns(0, half).plus(graph).concatColumns(end.sliceColumns(half, half + rank));
    }

    /** What the row of one end says of the features of the other. */
    private Variable product(Variable row, Variable features) {
        return row.sliceColumns(hidden, hidden + rank).times(features.sliceColumns(hidden + rank, hidden + 2 * rank));
    }

    @Override
    public List<Parameter> parameters() {
        Stream<Linear> maps = Stream.of(ofRows, ofFeatures, ofGaps, ofProducts, out);
        return (ofGraph == null ? maps : Stream.concat(maps, Stream.of(ofGraph)))
                .flatMap(map -> map.parameters().stream())
                .toList();
    }
}
