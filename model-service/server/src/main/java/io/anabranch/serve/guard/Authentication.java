package io.anabranch.serve.guard;

import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** Finds out who calls. A token goes before a certificate, which then is a matter of the connection only. Any thread. */
final class Authentication {

    private static final String BEARER = "bearer ";

    private final GuardConfig config;
    private final @Nullable TokenVerifier tokens;

    Authentication(GuardConfig config, @Nullable TokenVerifier tokens) {
        this.config = config;
        this.tokens = tokens;
    }

    /** @throws io.anabranch.serve.ProblemException for credentials that are wrong; without any it is nobody */
    Caller identify(Credentials credentials) {
        if (!config.authenticates()) {
            return Caller.UNCHECKED;
        }
        String authorization = credentials.authorization();
        if (authorization != null) {
            return verifier().verify(token(authorization));
        }
        X509Certificate certificate = credentials.certificate();
        return certificate == null ? Caller.NOBODY : named(commonName(certificate));
    }

    private TokenVerifier verifier() {
        if (tokens == null) {
            throw refused("TOKENS_NOT_TAKEN", "This server takes no tokens.");
        }
        return tokens;
    }

    private static String token(String authorization) {
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw refused("TOKEN_REFUSED", "The header authorization must be: Bearer TOKEN.");
        }
        return authorization.substring(BEARER.length()).strip();
    }

    private Caller named(String name) {
        return new Caller(name, name, config.certificateRoles().getOrDefault(name, Set.of()));
    }

    private static String commonName(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return part.getValue().toString();
                }
            }
        } catch (InvalidNameException e) {
            throw refused("CERTIFICATE_REFUSED", "The certificate's subject (%s) is no name.".formatted(subject));
        }
        throw refused("CERTIFICATE_REFUSED", "The certificate's subject (%s) has no common name.".formatted(subject));
    }

    static RuntimeException refused(String reason, String message) {
        return new Refused(Refusal.UNAUTHENTICATED, reason, message, null).exception();
    }
}
