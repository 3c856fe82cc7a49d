package io.anabranch.serve.secure;

import io.anabranch.serve.guard.Tokens;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** A server with everything on: TLS, client certificates, tokens, quotas, small limits. */
public final class SecureSite implements QuarkusTestResourceLifecycleManager {

    static final String FOLDER = "test.secure.folder";
    static final String PRIVATE_KEY = "test.secure.private-key";
    static final String PUBLIC_KEY = "test.secure.public-key";

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("anabranch-secure");
            Certificates certificates = Certificates.in(folder);
            Path server = folder.resolve("server.p12");
            Files.copy(certificates.issue("server"), server, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(certificates.issue("server"), folder.resolve("server-next.p12"));
            Files.copy(certificates.issue("feed"), folder.resolve("feed.p12"));
            Files.copy(certificates.issue("stranger"), folder.resolve("stranger.p12"));
            Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
            Files.copy(Certificates.in(elsewhere).issue("feed"), folder.resolve("impostor.p12"));
            KeyPair pair = Tokens.rsa();
            Path keys = Tokens.writePublicKey(folder.resolve("keys.pem"), pair);

            Map<String, String> config = new HashMap<>();
            config.put("quarkus.tls.key-store.p12.path", server.toString());
            config.put("quarkus.tls.key-store.p12.password", Certificates.PASSWORD);
            config.put(
                    "quarkus.tls.trust-store.p12.path", certificates.authority().toString());
            config.put("quarkus.tls.trust-store.p12.password", Certificates.PASSWORD);
            config.put("quarkus.http.test-ssl-port", "0");
            config.put("anabranch.security.client-certificates", "request");
            config.put("anabranch.security.certificate-roles.feed", "publisher");
            config.put("anabranch.security.tokens.keys-file", keys.toString());
            config.put("anabranch.security.tokens.issuer", Tokens.ISSUER);
            config.put("anabranch.security.tokens.audience", Tokens.AUDIENCE);
            config.put("anabranch.security.role.metrics", "reader");
            config.put("anabranch.limits.unary-calls", "2");
            config.put("anabranch.server.max-wait", "PT5M");
            config.put("anabranch.quota.tenant.thrifty.requests-per-second", "1");
            config.put("anabranch.quota.tenant.trickle.events-per-second", "1");
            config.put(FOLDER, folder.toString());
            Base64.Encoder base64 = Base64.getEncoder();
            config.put(PRIVATE_KEY, base64.encodeToString(pair.getPrivate().getEncoded()));
            config.put(PUBLIC_KEY, base64.encodeToString(pair.getPublic().getEncoded()));
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {}
}
