/** Measurements: each class prints the Markdown that stands in {@code benchmarks/results}. Nothing here is part of the service. */
@NullMarked
package io.anabranch.benchmark;

import org.jspecify.annotations.NullMarked;
