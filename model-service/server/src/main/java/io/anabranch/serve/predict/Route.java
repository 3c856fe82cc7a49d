package io.anabranch.serve.predict;

import io.anabranch.model.v1.Shadow;
import io.anabranch.serve.registry.ModelVersion;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The version that answers a request, and why.
 *
 * @param shadowVersion gets a copy of the request's share; null: none
 * @param shadow set with the version
 */
record Route(
        ModelVersion version,
        Role role,
        @Nullable ModelVersion shadowVersion,
        @Nullable Shadow shadow) {

    /** Why a version answers. */
    enum Role {
        ACTIVE,
        CANARY,
        ALIAS,
        /** The request names the version. */
        VERSION;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Route to(ModelVersion version, Role role) {
        return new Route(version, role, null, null);
    }
}
