package io.anabranch.serve.guard;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a caller shows.
 *
 * @param authorization the header of this name
 * @param certificate of the TLS connection; the handshake has verified it
 */
public record Credentials(
        @Nullable String authorization, @Nullable X509Certificate certificate) {

    /** @param session null: the connection has no TLS */
    public static Credentials of(@Nullable String authorization, @Nullable SSLSession session) {
        return new Credentials(authorization, session == null ? null : certificate(session));
    }

    private static @Nullable X509Certificate certificate(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate ? certificate : null;
        } catch (SSLPeerUnverifiedException e) {
            // The client has shown none.
            return null;
        }
    }

    @Override
    public String toString() {
        return "Credentials[authorization %s, certificate %s]"
                .formatted(authorization == null ? "no" : "yes", certificate == null ? "no" : "yes");
    }
}
