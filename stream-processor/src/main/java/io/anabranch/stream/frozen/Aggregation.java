package io.anabranch.stream.frozen;

/**
 * How a layer combines what its in-edges bring; w is the weight of an edge from u to v. Sums, means and extrema over no edges are zero.
 *
 * <ul>
 *   <li>{@link #SUM}: {@code act(h[v] W_self + (sum w h[u]) W_neighbor + b)}
 *   <li>{@link #MEAN}: {@code act(h[v] W_self + (sum w h[u]) / n W_neighbor + b)}, n = number of in-edges whose source has a value
 *   <li>{@link #GCN}: {@code act(c_v (sum w c_u h[u] + c_v h[v]) W_neighbor + b)}, {@code c = (1 + in-degree)^-1/2}
 *   <li>{@link #MAX}, {@link #MIN}: {@code act(h[v] W_self + (max w h[u]) W_neighbor + b)}, column by column
 *   <li>{@link #ATTENTION}: see {@link Attention}
 * </ul>
 *
 * <p>Sum, mean, max and min may be relational: then every relation aggregates its own edges, with its own divisor and W_neighbor, and
 * the products are summed. Max may be over {@code w relu(h[u] W_pool + b_pool)} (pooling). An isomorphism layer (GIN) is a sum with
 * {@code W_self = (1 + epsilon) W_neighbor}, whose output goes through one more map of one vertex: {@link LevelMap#outer}.
 */
public enum Aggregation {
    SUM,
    MEAN,
    GCN,
    MAX,
    MIN,
    ATTENTION
}
