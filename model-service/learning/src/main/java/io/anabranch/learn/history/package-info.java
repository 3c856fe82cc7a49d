/**
 * What vertices did, as a model's history encoder reads it: the events of a graph by vertex, and the reversible cell over them that is trained together
 * with the layers. How a step is told to the cell lies in {@link io.anabranch.graph.history}, for whoever serves the model too.
 */
@NullMarked
package io.anabranch.learn.history;

import org.jspecify.annotations.NullMarked;
