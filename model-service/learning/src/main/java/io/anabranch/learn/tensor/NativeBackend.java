package io.anabranch.learn.tensor;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The one place where ND4J is set up and where our memory becomes an {@link INDArray} of its. */
final class NativeBackend {

    /**
     * Threads of a product. One by default: a second one halves only large products, and under load threads spin.
     */
    private static final String THREADS = "anabranch.learning.threads";

    static {
        int threads = Integer.getInteger(THREADS, 1);
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "The system property %s (%d) must be positive.".formatted(THREADS, threads));
        }
        // Nd4j first: its initialiser chooses the backend that the holder then finds.
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        Nd4j.getEnvironment().setMaxThreads(threads);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        // OpenBLAS keeps a count of its own, which ND4J sets to the number of cores.
        openblas.blas_set_num_threads(threads);
    }

    private NativeBackend() {}

    /** Loads the native libraries at the first call. */
    static void ready() {
        // The work is in the static initialiser.
    }

    /** A c-order view of the memory at that address; ND4J never frees it. */
    static INDArray view(long address, DataType type, int rows, int columns) {
        long length = (long) rows * columns;
        Pointer pointer = switch (type) {
            case FLOAT32 -> new FloatView(address, length);
            case FLOAT64 -> new DoubleView(address, length);
        };
        var elementType = switch (type) {
            case FLOAT32 -> org.nd4j.linalg.api.buffer.DataType.FLOAT;
            case FLOAT64 -> org.nd4j.linalg.api.buffer.DataType.DOUBLE;
        };
        DataBuffer buffer = Nd4j.createBuffer(pointer, length, elementType);
        return Nd4j.create(buffer, new long[] {rows, columns}, new long[] {columns, 1}, 0, 'c', elementType);
    }

    private static final class FloatView extends FloatPointer {
        FloatView(long address, long length) {
            super((Pointer) null);
            this.address = address;
            this.limit = length;
            this.capacity = length;
        }
    }

    private static final class DoubleView extends DoublePointer {
        DoubleView(long address, long length) {
            super((Pointer) null);
            this.address = address;
            this.limit = length;
            this.capacity = length;
        }
    }
}
