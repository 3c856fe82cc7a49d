package io.anabranch.serve.guard;

import java.util.Set;

/**
 * Who calls.
 *
 * @param name the token's subject or the certificate's common name
 * @param tenant whose quota the call counts against
 */
public record Caller(String name, String tenant, Set<Role> roles) {

    /** Where no authentication is configured, everybody is this caller. */
    static final Caller UNCHECKED = new Caller("unchecked", "unchecked", Set.of(Role.ADMINISTRATOR));

    /** Has shown no credentials. */
    static final Caller NOBODY = new Caller("nobody", "nobody", Set.of());

    public Caller {
        roles = Set.copyOf(roles);
    }

    boolean may(Role role) {
        return role == Role.ANYONE || roles.contains(role) || roles.contains(Role.ADMINISTRATOR);
    }
}
