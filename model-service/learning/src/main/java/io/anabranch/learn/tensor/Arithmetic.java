package io.anabranch.learn.tensor;

/** The four operations of arithmetic on parts of arrays. */
enum Arithmetic {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE;

    /** out[i] = a[i · aStep] ∘ b[i · bStep] from the given offsets on; a step is 0 or 1. */
    void apply(float[] a, int aFrom, int aStep, float[] b, int bFrom, int bStep, float[] out, int from, int length) {
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
