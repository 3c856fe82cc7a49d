package io.anabranch.serve.grpc;

import io.anabranch.serve.guard.GuardConfig;
import io.anabranch.serve.guard.GuardConfig.ClientCertificates;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the gRPC port from the same certificates as REST has (the default configuration of Quarkus' TLS registry, {@code quarkus.tls.*}),
 * and anew whenever the registry has read them anew: connections that are open stay as they are, new ones get the new certificate.
 */
@Singleton
final class GrpcTls implements ServerBuilderCustomizer<VertxServerBuilder> {

    private static final Logger LOG = Logger.getLogger(GrpcTls.class);

    private static final List<String> KEY_TYPES = List.of("EC", "RSA", "EdDSA");

    private final Vertx vertx;
    private final TlsConfigurationRegistry registry;
    private final GuardConfig guard;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private @Nullable AdvancedTlsX509TrustManager trust;

    @Inject
    GrpcTls(Vertx vertx, TlsConfigurationRegistry registry, GuardConfig guard) {
        this.vertx = vertx;
        this.registry = registry;
        this.guard = guard;
    }

    @Override
    public void customize(GrpcServerConfiguration configuration, VertxServerBuilder builder) {
        TlsConfiguration tls = registry.getDefault().orElse(null);
        if (tls == null || tls.getKeyStore() == null) {
            return;
        }
        try {
            SslContextBuilder context =
                    GrpcSslContexts.configure(SslContextBuilder.forServer(keys)).clientAuth(clientAuth());
            if (guard.clientCertificates() != ClientCertificates.NONE) {
                trust = AdvancedTlsX509TrustManager.newBuilder()
                        .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
                        .build();
                context.trustManager(trust);
            }
            update(tls);
            builder.nettyBuilder().sslContext(context.build());
        } catch (Exception e) {
            throw new IllegalStateException("The certificates of quarkus.tls cannot be used for gRPC: " + e, e);
        }
    }

    private ClientAuth clientAuth() {
        return switch (guard.clientCertificates()) {
            case NONE -> ClientAuth.NONE;
            case REQUEST -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }

    void onUpdate(@Observes CertificateUpdatedEvent event) {
        if (registry.getDefault().filter(event.tlsConfiguration()::equals).isEmpty()) {
            return;
        }
        try {
            update(event.tlsConfiguration());
            LOG.info("New gRPC connections get the certificate that was read anew.");
        } catch (Exception e) {
            LOG.errorf("The new certificates cannot be used for gRPC, those before stay in force: %s", e);
        }
    }

    /** @throws Exception of whatever kind the stores throw */
    private void update(TlsConfiguration tls) throws Exception {
        updateKeys(tls);
        if (trust != null) {
            KeyStore trusted = tls.getTrustStore();
            if (trusted == null) {
                throw new GeneralSecurityException(
                        "Client certificates are asked for, and there is no quarkus.tls.trust-store to verify them with.");
            }
            List<Certificate> authorities = new ArrayList<>();
            for (String alias : Collections.list(trusted.aliases())) {
                authorities.add(trusted.getCertificate(alias));
            }
            trust.updateTrustCredentials(chain(authorities.toArray(Certificate[]::new)));
        }
    }

    private void updateKeys(TlsConfiguration tls) throws Exception {
        for (KeyManager manager :
                tls.getKeyStoreOptions().getKeyManagerFactory(vertx).getKeyManagers()) {
            if (manager instanceof X509KeyManager store) {
                for (String type : KEY_TYPES) {
                    String[] aliases = store.getServerAliases(type, null);
                    if (aliases != null && aliases.length > 0) {
                        keys.updateIdentityCredentials(
                                store.getCertificateChain(aliases[0]), store.getPrivateKey(aliases[0]));
                        return;
                    }
                }
            }
        }
        throw new GeneralSecurityException(
                "The key store of quarkus.tls has no key of the kinds %s.".formatted(KEY_TYPES));
    }

    private static X509Certificate[] chain(Certificate[] certificates) {
        X509Certificate[] chain = new X509Certificate[certificates.length];
        for (int i = 0; i < chain.length; i++) {
            chain[i] = (X509Certificate) certificates[i];
        }
        return chain;
    }
}
