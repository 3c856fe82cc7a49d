package io.anabranch.learn.tensor;

/** The four operations of arithmetic, on numbers and on parts of arrays. */
enum Arithmetic {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE;

    float of(float a, float b) {
        return switch (this) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
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
