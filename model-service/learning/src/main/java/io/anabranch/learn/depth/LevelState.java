package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import org.jspecify.annotations.Nullable;

/**
 * What the vertices are at one level.
 *
 * @param visible h, [n, width]: what the next layer reads
 * @param hidden c, [n, width]; null where the connection has none
 */
public record LevelState(Variable visible, @Nullable Variable hidden) {

    /** Of a connection that has one. */
    public Variable hiddenRows() {
        if (hidden == null) {
            throw new IllegalStateException("The level has no hidden rows.");
        }
        return hidden;
    }
}
