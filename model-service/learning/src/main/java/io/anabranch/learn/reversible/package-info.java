/**
 * Computing steps that can be undone exactly, so that what led to a state need not be stored: arithmetic in fixed point whose lost digits are
 * kept in an information buffer (Maclaurin, Duvenaud and Adams 2015), and layers along depth that are worked out again while gradients go
 * back (Sander et al., ICML 2021; MacKay et al., NeurIPS 2018).
 *
 * <p>The arithmetic knows nothing of graphs nor of tapes. Nothing here is thread-safe.
 */
@NullMarked
package io.anabranch.learn.reversible;

import org.jspecify.annotations.NullMarked;
