/**
 * A generated stream of payments between accounts and merchants, with fraud rings hidden in it. docs/demo.md says what is
 * planted and why a model that sees the graph does better than one that sees accounts alone.
 */
@NullMarked
package io.anabranch.standalone.payments;

import org.jspecify.annotations.NullMarked;
