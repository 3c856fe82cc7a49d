package io.anabranch.learn.tensor;

import java.util.Locale;

/** The checks that kernels share; every message names the shapes. */
final class Shapes {

    private Shapes() {}

    /** The size of a dimension that is equal in both operands or 1 in one of them. */
    static int repeated(String operation, int a, int b, Tensor first, Tensor second) {
        if (a == b || b == 1) {
            return a;
        }
        if (a == 1) {
            return b;
        }
        throw new IllegalArgumentException("Cannot %s the shapes %s and %s.\nMaybe transpose one of them."
                .formatted(operation.toLowerCase(Locale.ROOT), first.shape(), second.shape()));
    }

    static void checkSameType(String operation, Tensor a, Tensor b) {
        if (a.type() != b.type()) {
            throw new IllegalArgumentException("Cannot %s tensors of different precision (%s, %s)."
                    .formatted(operation.toLowerCase(Locale.ROOT), a, b));
        }
    }

    static void checkSameShape(String operation, Tensor a, Tensor b) {
        checkSameType(operation, a, b);
        if (!a.sameShape(b)) {
            throw new IllegalArgumentException("Cannot %s the shapes %s and %s: they must be equal."
                    .formatted(operation.toLowerCase(Locale.ROOT), a.shape(), b.shape()));
        }
    }

    static void checkIndices(String operation, int[] indices, int limit) {
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || indices[i] >= limit) {
                throw new IllegalArgumentException("Cannot %s: the index (%d) at position (%d) is not in 0 .. %d."
                        .formatted(operation, indices[i], i, limit - 1));
            }
        }
    }
}
