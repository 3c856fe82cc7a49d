package io.anabranch.stream.propagation;

import static io.anabranch.stream.frozen.FrozenLayer.NO_RELATION;

import io.anabranch.graph.EdgeChanges;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.function.Supplier;

/**
 * Relational sum and mean: per sink and relation the sum of {@code w h[u]} over the relation's edges, by the rules of
 * {@link LinearLayer}; the mean divides by the relation's own number of edges that bring a value.
 *
 * <p>Aggregates before it transforms: a source then has one message however many relations there are, and only relations that a sink
 * really has take memory. Cost of a batch: (edges changed + out-edges of moved sources) row additions, and one small product per
 * relation of a sink whose input changed. Memory per sink and relation with in-edges: 4 bytes * input stride + 8.
 */
final class RelationalSumLayer extends StoredValueLayer {
    private final int index;
    private final Relations relations;

    private final int stride;
    private final RememberedRows remembered;
    private final RelationSums sums;

    private final VertexSet touched = new VertexSet();

    private final float[] source;
    private final float[] difference;
    private final float[] scratch;
    private final float[] out;

    RelationalSumLayer(int index, FrozenLayer layer, LayerContext context, LayerInput input) {
        super(layer, context, input);
        this.index = index;
        relations = new Relations(layer, graph);
        stride = layer.inputStride();
        remembered = new RememberedRows(stride);
        sums = new RelationSums(stride);
        source = new float[stride];
        difference = new float[stride];
        scratch = new float[layer.outputStride()];
        out = new float[layer.outputStride()];
    }

    @Override
    public void grow(int vertices) {
        remembered.grow(vertices);
        outputs.grow(vertices);
        sinks.grow(vertices);
    }

    @Override
    public void start(Supplier<AggregationPlan> plan) {
        int vertices = graph.vertexCapacity();
        for (int u = 0; u < vertices; u++) {
            if (sources.hasValue(u)) {
                input.copy(u, source, 0);
                remembered.remember(u, source);
            }
        }
        for (int v = 0; v < vertices; v++) {
            if (graph.exists(v)) {
                compute(v);
            }
        }
    }

    @Override
    void scatter(BatchChanges changes, VertexSet moved, VertexSet candidates, VertexSet changed) {
        touched.clear();
        dirty.addAll(changes.fresh());
        var delta = changes.delta();
        addEdges(delta.addedEdges());
        removeEdges(delta.removedEdges());
        reweightEdges(delta.reweightedEdges());
        moveSources(moved, candidates);
        for (int i = 0; i < touched.size(); i++) {
            settle(touched.get(i));
        }
        for (int i = 0; i < dirty.size(); i++) {
            int v = dirty.get(i);
            if (graph.exists(v) && recompute(v)) {
                changed.add(v);
            }
        }
    }

    private void addEdges(EdgeChanges added) {
        if (index > 1 && faults.contains(Fault.ADDS_AT_FIRST_LAYER_ONLY)) {
            return;
        }
        for (int i = 0; i < added.size(); i++) {
            int relation = relations.ofType(added.type(i));
            if (relation != NO_RELATION && remembered.contains(added.source(i))) {
                int row = row(added.target(i), relation);
                sinks.count(row, 1);
                addRemembered(row, added.weight(i), added.source(i));
            }
        }
    }

    private void removeEdges(EdgeChanges removed) {
        for (int i = 0; i < removed.size(); i++) {
            int relation = faults.contains(Fault.RELATION_IGNORED_IN_REMOVAL) ? 0 : relations.ofType(removed.type(i));
            if (relation != NO_RELATION && remembered.contains(removed.source(i))) {
                int row = sinks.find(removed.target(i), relation);
                if (row != RelationRows.NO_ROW) {
                    sinks.count(row, -1);
                    addRemembered(row, -removed.oldWeight(i), removed.source(i));
                }
            }
        }
    }

    private void reweightEdges(EdgeChanges reweighted) {
        if (faults.contains(Fault.REWEIGHTS_IGNORED)) {
            return;
        }
        for (int i = 0; i < reweighted.size(); i++) {
            int relation = relations.ofType(reweighted.type(i));
            if (relation != NO_RELATION && remembered.contains(reweighted.source(i))) {
                int row = sinks.find(reweighted.target(i), relation);
                addRemembered(row, reweighted.weight(i) - reweighted.oldWeight(i), reweighted.source(i));
            }
        }
    }

    private void addRemembered(int row, float factor, int u) {
        touched.add(row);
        sums.add(row, factor, remembered.row, remembered.at(u));
        rowAdds++;
    }

    private void moveSources(VertexSet moved, VertexSet candidates) {
        for (int i = 0; i < candidates.size(); i++) {
            int u = candidates.get(i);
            if (sources.hasValue(u)) {
                input.copy(u, source, 0);
                if (moved.contains(u) && !faults.contains(Fault.SELF_TERM_MISSING)) {
                    dirty.add(u);
                    outputs.setOwn(u, source);
                }
                if (!remembered.contains(u, source)) {
                    int counted = remembered.contains(u) ? 0 : 1;
                    Rows.subtract(source, 0, remembered.row, remembered.at(u), difference, 0, stride);
                    remembered.remember(u, source);
                    spread(u, 1f, counted);
                }
            } else if (remembered.contains(u)) {
                System.arraycopy(remembered.row, remembered.at(u), difference, 0, stride);
                remembered.forget(u);
                spread(u, -1f, -1);
            }
        }
    }

    /** Adds {@code factor} times the difference to all sinks of u. */
    private void spread(int u, float factor, int counted) {
        for (int e = 0; e < graph.outCount(u); e++) {
            int relation = relations.ofOutEdge(u, e);
            if (relation != NO_RELATION) {
                int row = row(graph.outTarget(u, e), relation);
                touched.add(row);
                sinks.count(row, counted);
                sums.add(row, factor * graph.outWeight(u, e), difference, 0);
                rowAdds++;
            }
        }
    }

    private void settle(int row) {
        dirty.add(sinks.vertex(row));
        if (sinks.edges(row) == 0) {
            sinks.release(row);
        } else if (sums.hasDrifted(row, sinks.edges(row))) {
            sumAnew(row);
            resums++;
        }
    }

    private void sumAnew(int row) {
        int v = sinks.vertex(row);
        int relation = sinks.relation(row);
        sums.clear(row);
        for (int e = 0; e < graph.inDegree(v); e++) {
            int u = graph.inSource(v, e);
            if (remembered.contains(u) && relations.ofInEdge(v, e) == relation) {
                sums.sum(row, graph.inWeight(v, e), remembered.row, remembered.at(u));
                rowAdds++;
            }
        }
    }

    private boolean recompute(int v) {
        outputs.copyOwn(v, out);
        for (int relation = 0; relation < relations.count(); relation++) {
            int row = sinks.find(v, relation);
            if (row != RelationRows.NO_ROW) {
                float factor = layer.aggregation() == Aggregation.MEAN ? 1f / sinks.edges(row) : 1f;
                layer.addNeighbor(relation, factor, sums.sum, row * stride, scratch, out, 0);
            }
        }
        layer.activate(out, 0);
        return outputs.store(v, out);
    }

    private int row(int vertex, int relation) {
        int row = sinks.find(vertex, relation);
        if (row == RelationRows.NO_ROW) {
            row = sinks.create(vertex, relation);
            sums.grow(sinks.capacity());
            sums.clear(row);
        }
        return row;
    }

    // ---- from scratch, one at a time

    @Override
    public boolean renew(int u) {
        if (!sources.hasValue(u)) {
            return remembered.drop(u);
        }
        input.copy(u, source, 0);
        return remembered.renew(u, source);
    }

    @Override
    public boolean compute(int v) {
        sinks.releaseAll(v);
        for (int e = 0; e < graph.inDegree(v); e++) {
            int relation = relations.ofInEdge(v, e);
            if (relation != NO_RELATION && remembered.contains(graph.inSource(v, e))) {
                sinks.count(row(v, relation), 1);
            }
        }
        for (int relation = 0; relation < relations.count(); relation++) {
            int row = sinks.find(v, relation);
            if (row != RelationRows.NO_ROW) {
                sumAnew(row);
            }
        }
        input.copy(v, source, 0);
        outputs.setOwn(v, source);
        return recompute(v);
    }
}
