package io.anabranch.learn.tensor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An arena of off-heap memory: tensors are made in it and die with it. Whoever opens a scope closes it.
 *
 * <p>Scopes form a tree. A child takes blocks from its root's pool and gives them back when it is closed, so a loop that
 * opens a child per step allocates in its first step only:
 *
 * {@snippet :
 * try (TensorScope training = TensorScope.open()) {
 *     for (int epoch = 0; epoch < epochs; epoch++) {
 *         try (TensorScope step = training.openChild()) {
 *             Tape tape = new Tape(step);
 *         }
 *     }
 * }
 * }
 *
 * <p>Closing the root frees its memory at once, not at the garbage collector's leisure. A scope with open children cannot
 * be closed. Not thread-safe: a tree belongs to one thread at a time.
 */
public final class TensorScope implements AutoCloseable {

    private static final long SMALLEST_BLOCK = 1 << 16;
    private static final long LARGEST_GROWTH = 1 << 24;

    private final @Nullable TensorScope parent;
    private final Pool pool;
    private final List<Block> blocks = new ArrayList<>();
    private long taken;
    private int openChildren;
    private boolean closed;

    private TensorScope(@Nullable TensorScope parent, Pool pool) {
        this.parent = parent;
        this.pool = pool;
    }

    /** Opens a root scope with memory of its own. */
    public static TensorScope open() {
        NativeBackend.ready();
        return new TensorScope(null, new Pool());
    }

    /** Opens a scope that lends its memory from this one's root and must be closed before this one. */
    public TensorScope openChild() {
        checkOpen();
        openChildren++;
        return new TensorScope(this, pool);
    }

    /** A copy of the tensor in the parent scope, where it outlives this one. */
    public Tensor detach(Tensor tensor) {
        if (parent == null) {
            throw new IllegalStateException(
                    "The scope is a root: it has no parent to hold the tensor (%s). Maybe use tensor.copy(scope)."
                            .formatted(tensor));
        }
        return tensor.copy(parent);
    }

    /** The bytes of off-heap memory that this scope's whole tree holds, in use or pooled. */
    public long reservedBytes() {
        return pool.reserved;
    }

    /** The most bytes that tensors of this scope's whole tree took at one time, without what blocks have left. */
    public long peakBytes() {
        return pool.peak;
    }

    /** Gives the memory back; every tensor of the scope becomes unusable. Closing twice does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (openChildren > 0) {
            throw new IllegalStateException(
                    "The scope has %d open child scopes and cannot be closed.".formatted(openChildren)
                            + "\nMaybe open them in try-with-resources.");
        }
        closed = true;
        pool.giveBack(blocks);
        pool.taken -= taken;
        blocks.clear();
        if (parent == null) {
            pool.free();
        } else {
            parent.openChildren--;
        }
    }

    boolean isClosed() {
        return closed;
    }

    Scratch scratch() {
        return pool.scratch;
    }

    long allocate(long bytes) {
        checkOpen();
        if (blocks.isEmpty() || !blocks.getLast().fits(bytes)) {
            blocks.add(pool.lend(Block.aligned(bytes)));
        }
        taken += Block.aligned(bytes);
        pool.take(Block.aligned(bytes));
        return blocks.getLast().take(bytes);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The scope is closed.\nMaybe a tensor is made after its scope's end.");
        }
    }

    /** The blocks of one tree of scopes that no scope uses at the moment. */
    private static final class Pool {
        private final List<Block> idle = new ArrayList<>();
        private final Scratch scratch = new Scratch();
        private long reserved;
        private long taken;
        private long peak;

        /** The smallest idle block that is large enough, else a new one: the tree's size doubles up to a limit. */
        Block lend(long bytes) {
            int best = -1;
            for (int i = 0; i < idle.size(); i++) {
                long capacity = idle.get(i).capacity();
                if (capacity >= bytes && (best < 0 || capacity < idle.get(best).capacity())) {
                    best = i;
                }
            }
            if (best >= 0) {
                return idle.remove(best);
            }
            long growth = Math.clamp(reserved, SMALLEST_BLOCK, LARGEST_GROWTH);
            Block block = new Block(Math.max(bytes, growth));
            reserved += block.capacity();
            return block;
        }

        void take(long bytes) {
            taken += bytes;
            peak = Math.max(peak, taken);
        }

        void giveBack(List<Block> blocks) {
            blocks.forEach(Block::reuse);
            idle.addAll(blocks);
        }

        void free() {
            idle.forEach(Block::free);
            idle.clear();
            reserved = 0;
        }
    }
}
