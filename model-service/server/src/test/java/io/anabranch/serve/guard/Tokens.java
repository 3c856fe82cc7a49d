package io.anabranch.serve.guard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** Makes keys and signs tokens, right ones and wrong ones. */
public final class Tokens {

    public static final String ISSUER = "https://issuer.test";
    public static final String AUDIENCE = "anabranch";

    private Tokens() {}

    public static KeyPair rsa() {
        return pair("RSA");
    }

    public static KeyPair pair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public static Path writePublicKey(Path file, KeyPair pair) throws IOException {
        return Files.writeString(
                file,
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    /** A token that everything is right with, valid for ten minutes from {@code nowMs}. */
    public static JwtClaims claims(String subject, long nowMs, String... roles) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setSubject(subject);
        claims.setExpirationTime(NumericDate.fromMilliseconds(nowMs + 600_000));
        claims.setStringListClaim("groups", List.of(roles));
        return claims;
    }

    public static String sign(KeyPair pair, JwtClaims claims) {
        boolean rsa = pair.getPrivate().getAlgorithm().equals("RSA");
        return sign(
                jws -> {
                    jws.setAlgorithmHeaderValue(
                            rsa
                                    ? AlgorithmIdentifiers.RSA_USING_SHA256
                                    : AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
                    jws.setKey(pair.getPrivate());
                },
                claims);
    }

    /** Without a signature. */
    static String unsigned(JwtClaims claims) {
        return sign(
                jws -> {
                    jws.setAlgorithmConstraints(org.jose4j.jwa.AlgorithmConstraints.ALLOW_ONLY_NONE);
                    jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
                },
                claims);
    }

    /** Signed with the public key's text as if that were a secret: the classical confusion. */
    static String confused(String publicKeyText, JwtClaims claims) {
        return sign(
                jws -> {
                    jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
                    jws.setKey(new HmacKey(publicKeyText.getBytes(StandardCharsets.UTF_8)));
                },
                claims);
    }

    private static String sign(Consumer<JsonWebSignature> how, JwtClaims claims) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        how.accept(jws);
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
