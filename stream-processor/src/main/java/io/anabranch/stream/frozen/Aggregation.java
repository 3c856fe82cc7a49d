package io.anabranch.stream.frozen;

/**
 * How a layer combines the messages of in-edges, with {@code z[u] = h[u] W_neighbor} and edge weight w.
 *
 * <ul>
 *   <li>{@link #SUM}: {@code act(h[v] W_self + sum w z[u] + b)}
 *   <li>{@link #MEAN}: {@code act(h[v] W_self + (sum w z[u]) / n + b)}, n = number of in-edges whose source has a value
 *   <li>{@link #GCN}: {@code act(c_v (sum w c_u z[u] + c_v z[v]) + b)}, {@code c = (1 + in-degree)^-1/2}
 * </ul>
 */
public enum Aggregation {
    SUM,
    MEAN,
    GCN
}
