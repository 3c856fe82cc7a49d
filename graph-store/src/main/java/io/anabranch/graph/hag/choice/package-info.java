/**
 * The choice between direct and shared sums: by what may be shared, by what a search saves, and by trial.
 *
 * <p>{@link io.anabranch.graph.hag.choice.GraphPlans} has the plans of one graph;
 * {@link io.anabranch.graph.hag.choice.HagPlanner} holds the rules.
 */
@NullMarked
package io.anabranch.graph.hag.choice;

import org.jspecify.annotations.NullMarked;
