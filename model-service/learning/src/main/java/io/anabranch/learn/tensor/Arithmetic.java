package io.anabranch.learn.tensor;

import jdk.incubator.vector.FloatVector;

/** The four operations of arithmetic, on vectors and on parts of arrays. */
enum Arithmetic {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE;

    /** a ∘ b. */
    FloatVector of(FloatVector a, FloatVector b) {
        return switch (this) {
            case ADD -> a.add(b);
            case SUBTRACT -> a.sub(b);
            case MULTIPLY -> a.mul(b);
            case DIVIDE -> a.div(b);
        };
    }

    /** out[i] = a[i · aStep] ∘ b[i · bStep] from the given offsets on; a step is 0 or 1. */
    void apply(double[] a, int aFrom, int aStep, double[] b, int bFrom, int bStep, double[] out, int from, int length) {
        // One loop per function and no branch in it, so that the compiler makes vectors of them.
        switch (this) {
            case ADD -> {
                if (aFrom == 0 && bFrom == 0 && from == 0 && aStep == 1 && bStep == 1) {
                    for (int i = 0; i < length; i++) {
                        out[i] = a[i] + b[i];
                    }
                } else {
                    for (int i = 0; i < length; i++) {
                        out[from + i] = a[aFrom + i * aStep] + b[bFrom + i * bStep];
                    }
                }
            }
            case SUBTRACT -> {
                if (aFrom == 0 && bFrom == 0 && from == 0 && aStep == 1 && bStep == 1) {
                    for (int i = 0; i < length; i++) {
                        out[i] = a[i] - b[i];
                    }
                } else {
                    for (int i = 0; i < length; i++) {
                        out[from + i] = a[aFrom + i * aStep] - b[bFrom + i * bStep];
                    }
                }
            }
            case MULTIPLY -> {
                if (aFrom == 0 && bFrom == 0 && from == 0 && aStep == 1 && bStep == 1) {
                    for (int i = 0; i < length; i++) {
                        out[i] = a[i] * b[i];
                    }
                } else {
                    for (int i = 0; i < length; i++) {
                        out[from + i] = a[aFrom + i * aStep] * b[bFrom + i * bStep];
                    }
                }
            }
            case DIVIDE -> {
                if (aFrom == 0 && bFrom == 0 && from == 0 && aStep == 1 && bStep == 1) {
                    for (int i = 0; i < length; i++) {
                        out[i] = a[i] / b[i];
                    }
                } else {
                    for (int i = 0; i < length; i++) {
                        out[from + i] = a[aFrom + i * aStep] / b[bFrom + i * bStep];
                    }
                }
            }
        }
    }
}
