/**
 * Computation graphs that follow the edits of their graph: patched in place edge by edge, and searched anew in the background once
 * patches have worn them down.
 *
 * <p>{@link io.anabranch.graph.hag.maintenance.PatchedHag} applies single edits;
 * {@link io.anabranch.graph.hag.maintenance.MaintainedHag} also decides when to search again, and takes over what was found.
 * Both take {@link io.anabranch.graph.hag.maintenance.GraphEdits}.
 * Invariant, after every edit: each target covers exactly its row. One thread owns either.
 */
@NullMarked
package io.anabranch.graph.hag.maintenance;

import org.jspecify.annotations.NullMarked;
