package io.anabranch.serve.recompute;

/**
 * How much is computed for single requests.
 *
 * @param maxRows rows (vertices times layers) that may be computed for one, and vertices and edges that may be read for it
 * @param threads requests at a time
 * @param queue requests that may wait
 */
public record OnDemandLimits(int maxRows, int threads, int queue) {}
