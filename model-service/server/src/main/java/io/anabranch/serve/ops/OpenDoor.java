package io.anabranch.serve.ops;

import io.anabranch.serve.guard.GuardConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Refuses to let everybody in by mistake: ports that others can reach need authentication and TLS, or a word that it is meant so. */
final class OpenDoor {

    /**
     * Where and how the server listens.
     *
     * @param insecure whether an open door is meant
     * @param tlsElsewhere whether TLS ends before this process
     * @param plainHttp whether the port without TLS answers beside the one with it
     */
    record Listening(
            String grpcHost, String httpHost, boolean tls, boolean plainHttp, boolean insecure, boolean tlsElsewhere) {}

    private OpenDoor() {}

    /** @throws InvalidConfigurationException naming what is missing */
    static void refuse(GuardConfig config, Listening listening) {
        List<String> open = new ArrayList<>();
        if (!loopback(listening.grpcHost())) {
            open.add("quarkus.grpc.server.host (%s)".formatted(listening.grpcHost()));
        }
        if (!loopback(listening.httpHost())) {
            open.add("quarkus.http.host (%s)".formatted(listening.httpHost()));
        }
        if (config.clientCertificates() != GuardConfig.ClientCertificates.NONE && !listening.tls()) {
            throw new InvalidConfigurationException(
                    "The key %s (%s) needs TLS, and there is no key store. Maybe set quarkus.tls.key-store.pem.0.cert and .key."
                            .formatted(GuardSettings.CLIENT_CERTIFICATES, config.clientCertificates()));
        }
        if (open.isEmpty() || listening.insecure()) {
            return;
        }
        String where = String.join(" and ", open);
        if (!config.authenticates()) {
            throw new InvalidConfigurationException(
                    "%s can be reached from other machines, and nobody is authenticated. Set %s or %s, or say that it is meant so with %s=true."
                            .formatted(
                                    where,
                                    GuardSettings.TOKEN_KEYS,
                                    GuardSettings.CLIENT_CERTIFICATES,
                                    GuardSettings.INSECURE));
        }
        if (!listening.tlsElsewhere()
                && (!listening.tls() || listening.plainHttp() && !loopback(listening.httpHost()))) {
            throw new InvalidConfigurationException(
                    "%s can be reached from other machines without TLS, and tokens would be read on the way. Set quarkus.tls.key-store.pem.0.cert and .key with quarkus.http.insecure-requests=disabled, or say with %s=true that TLS ends before this process."
                            .formatted(where, GuardSettings.TLS_ELSEWHERE));
        }
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // The server will say so itself; what it is not, is loopback.
            return false;
        }
    }
}
