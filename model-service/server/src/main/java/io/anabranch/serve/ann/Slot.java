package io.anabranch.serve.ann;

import io.github.jbellis.jvector.vector.types.VectorFloat;

/** What an ordinal of the graph stands for. */
record Slot(String id, VectorFloat<?> vector) {}
