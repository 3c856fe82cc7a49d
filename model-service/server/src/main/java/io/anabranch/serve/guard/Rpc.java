package io.anabranch.serve.guard;

/**
 * How one RPC is guarded.
 *
 * @param name {@code package.Service/Method}
 * @param limited false: answered in overload and beyond quotas too, since operators and orchestrators need it most then
 */
public record Rpc(String name, Role role, boolean limited) {

    boolean administrative() {
        return role == Role.ADMINISTRATOR;
    }
}
