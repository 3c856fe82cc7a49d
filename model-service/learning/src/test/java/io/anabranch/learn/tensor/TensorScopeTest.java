package io.anabranch.learn.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorScopeTest {

    @Test
    void aChildLendsItsMemoryFromTheRoot() {
        try (TensorScope root = TensorScope.open()) {
            for (int i = 0; i < 3; i++) {
                try (TensorScope child = root.openChild()) {
                    Tensor.zeros(child, DataType.FLOAT32, 1_000, 100);
                    Tensor.zeros(child, DataType.FLOAT64, 10, 10);
                }
            }
            long once = root.reservedBytes();
            try (TensorScope child = root.openChild()) {
                Tensor.zeros(child, DataType.FLOAT32, 1_000, 100);
            }

            assertThat(root.reservedBytes()).isEqualTo(once).isBetween(400_000L, 1_000_000L);
        }
    }

    @Test
    void detachOutlivesTheChild() {
        try (TensorScope root = TensorScope.open()) {
            Tensor kept;
            try (TensorScope child = root.openChild()) {
                kept = child.detach(Tensor.of(child, 1, 2, new float[] {3, 4}));
            }
            try (TensorScope other = root.openChild()) {
                Tensor.filled(other, DataType.FLOAT32, 10, 10, 9);
            }

            assertThat(kept.toFloats()).containsExactly(3, 4);
        }
    }

    @Test
    void tensorsOfOneScopeDoNotOverlap() {
        try (TensorScope root = TensorScope.open()) {
            Tensor[] tensors = new Tensor[200];
            for (int i = 0; i < tensors.length; i++) {
                tensors[i] =
                        Tensor.filled(root, i % 2 == 0 ? DataType.FLOAT32 : DataType.FLOAT64, i % 17 + 1, i + 1, i);
            }
            for (int i = 0; i < tensors.length; i++) {
                assertThat(tensors[i].toDoubles()).containsOnly(i).hasSize((i % 17 + 1) * (i + 1));
            }
        }
    }

    @Test
    void mistakesAreNamed() {
        TensorScope root = TensorScope.open();
        Tensor tensor = Tensor.zeros(root, DataType.FLOAT32, 2, 3);
        TensorScope child = root.openChild();

        assertThatThrownBy(root::close).hasMessageContaining("1 open child");
        assertThatThrownBy(() -> root.detach(tensor)).hasMessageContaining("is a root");
        assertThatThrownBy(() -> tensor.get(2, 0)).hasMessage("The element (2, 0) is outside the tensor [2, 3].");
        assertThatThrownBy(tensor::scalar).hasMessageContaining("[2, 3]");
        assertThatThrownBy(() -> tensor.copyInto(new double[6], 0)).hasMessageContaining("not of type FLOAT64");
        assertThatThrownBy(() -> Tensor.of(root, 2, 2, new float[3])).hasMessageContaining("(3)", "[2, 2]");
        assertThatThrownBy(() -> Tensor.zeros(root, DataType.FLOAT32, 1 << 16, 1 << 16))
                .hasMessageContaining("[65536, 65536]");

        child.close();
        child.close();
        root.close();
        assertThatThrownBy(() -> tensor.get(0, 0)).hasMessageContaining("is closed", "detach");
        assertThatThrownBy(() -> Tensor.zeros(root, DataType.FLOAT32, 1, 1)).hasMessageContaining("is closed");
    }

    @Test
    void anEmptyTensorIsAllowed() {
        try (TensorScope root = TensorScope.open()) {
            assertThat(Tensor.zeros(root, DataType.FLOAT32, 0, 5).toFloats()).isEmpty();
            assertThat(Products.matmul(
                                    root,
                                    Tensor.zeros(root, DataType.FLOAT32, 3, 0),
                                    false,
                                    Tensor.zeros(root, DataType.FLOAT32, 0, 2),
                                    false)
                            .toFloats())
                    .containsOnly(0)
                    .hasSize(6);
        }
    }

    @Test
    void thePeakIsWhatLivedAtOneTime() {
        try (TensorScope root = TensorScope.open()) {
            Tensor.zeros(root, DataType.FLOAT32, 10, 16);
            for (int i = 0; i < 3; i++) {
                try (TensorScope child = root.openChild()) {
                    Tensor.zeros(child, DataType.FLOAT32, 100, 16);
                }
            }
            assertThat(root.peakBytes()).isEqualTo(110 * 16 * Float.BYTES);
            assertThat(root.reservedBytes()).isGreaterThan(root.peakBytes());
        }
    }
}
