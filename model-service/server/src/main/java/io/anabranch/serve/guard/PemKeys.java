package io.anabranch.serve.guard;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys as PEM text. */
final class PemKeys {

    private static final Pattern PUBLIC_KEY =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    /** A text without a public key that this JDK knows. */
    static final class NoSuchKeyException extends Exception {
        private static final long serialVersionUID = 1L;

        NoSuchKeyException(String message) {
            super(message);
        }
    }

    private PemKeys() {}

    static PublicKey publicKey(String pem) throws NoSuchKeyException {
        Matcher matcher = PUBLIC_KEY.matcher(pem);
        if (!matcher.find()) {
            throw new NoSuchKeyException("Neither a JWKS nor a PEM block PUBLIC KEY was found.");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // A key of another algorithm; the next one is tried.
                continue;
            }
        }
        throw new NoSuchKeyException("The public key is of none of the kinds %s.".formatted(ALGORITHMS));
    }
}
