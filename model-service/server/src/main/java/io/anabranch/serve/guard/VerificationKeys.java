package io.anabranch.serve.guard;

import io.anabranch.serve.guard.PemKeys.NoSuchKeyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.Key;
import java.time.Clock;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;

/**
 * The public keys that tokens are verified with, from a file: one PEM key, or a JWKS. The file is looked at every few seconds; a new one
 * that cannot be read leaves the old keys in force and says so. Any thread.
 */
final class VerificationKeys {

    private static final Logger LOG = Logger.getLogger(VerificationKeys.class);
    private static final long LOOK_MS = 5_000;

    /**
     * @param version grows with every change of the keys
     */
    record Current(VerificationKeyResolver resolver, int version) {}

    private final Path file;
    private final Clock clock;
    private volatile Current current;
    private volatile long nextLookMs;
    private FileTime modified;

    /** @throws IllegalArgumentException if the file has no keys; the message names it */
    VerificationKeys(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        try {
            modified = Files.getLastModifiedTime(file);
            current = new Current(read(), 0);
        } catch (IOException | JoseException | NoSuchKeyException e) {
            throw new IllegalArgumentException("The file %s has no keys: %s".formatted(file, e), e);
        }
        nextLookMs = clock.millis() + LOOK_MS;
    }

    Current current() {
        if (clock.millis() >= nextLookMs) {
            look();
        }
        return current;
    }

    private synchronized void look() {
        if (clock.millis() < nextLookMs) {
            return;
        }
        nextLookMs = clock.millis() + LOOK_MS;
        try {
            FileTime now = Files.getLastModifiedTime(file);
            if (!now.equals(modified)) {
                current = new Current(read(), current.version() + 1);
                modified = now;
                LOG.infof("The keys for tokens were read anew from %s.", file);
            }
        } catch (IOException | JoseException | NoSuchKeyException e) {
            LOG.errorf("The keys for tokens in %s cannot be read, those before stay in force: %s", file, e);
        }
    }

    private VerificationKeyResolver read() throws IOException, JoseException, NoSuchKeyException {
        String text = Files.readString(file).strip();
        if (text.startsWith("{")) {
            return new JwksVerificationKeyResolver(new JsonWebKeySet(text).getJsonWebKeys());
        }
        Key key = PemKeys.publicKey(text);
        return (jws, nesting) -> key;
    }
}
