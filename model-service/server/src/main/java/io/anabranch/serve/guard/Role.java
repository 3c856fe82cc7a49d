package io.anabranch.serve.guard;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a caller may do. Who has {@link #ADMINISTRATOR} has the others too. */
public enum Role {
    /** No role: whoever reaches the port. */
    ANYONE,
    /** Predictions, embeddings, models and status, read only. */
    READER,
    /** Events in. */
    PUBLISHER,
    /** Models, training, repairs. */
    ADMINISTRATOR;

    /** As tokens and configuration write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null for a word that is no role. */
    public static @Nullable Role labelled(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        return null;
    }
}
