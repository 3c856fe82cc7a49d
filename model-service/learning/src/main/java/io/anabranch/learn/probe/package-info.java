/**
 * Whether a graph can be learnt from, and at which depth, told before training: the figures behind the convergence of linear graph networks
 * (Xu, Zhang, Jegelka and Kawaguchi, ICML 2021) on the graph, the features and the labels at hand. It trains nothing and changes nothing.
 */
@NullMarked
package io.anabranch.learn.probe;

import org.jspecify.annotations.NullMarked;
