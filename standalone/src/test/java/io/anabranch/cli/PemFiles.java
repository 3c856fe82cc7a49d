package io.anabranch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority of our own and certificates that it has signed, made with the JDK's keytool, as files of PEM. */
final class PemFiles {

    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final Path store;

    /** A certificate with its private key. */
    record Pair(Path certificate, Path key) {}

    private PemFiles(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("keys.p12");
    }

    static PemFiles in(Path folder) {
        PemFiles files = new PemFiles(folder);
        files.keytool("ca", "CN=Test authority", "-ext", "bc:c");
        return files;
    }

    /** Of a server or client with this common name; good for localhost. */
    Pair issue(String name) {
        keytool(name, "CN=" + name, "-signer", "ca", "-ext", "san=dns:localhost,ip:127.0.0.1");
        return new Pair(certificate(name), key(name));
    }

    Path authority() {
        return certificate("ca");
    }

    private Path certificate(String alias) {
        try {
            return write(
                    alias + ".crt", "CERTIFICATE", load().getCertificate(alias).getEncoded());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path key(String alias) {
        try {
            return write(
                    alias + ".key",
                    "PRIVATE KEY",
                    load().getKey(alias, PASSWORD.toCharArray()).getEncoded());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path write(String name, String label, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, body, label));
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return keys;
        }
    }

    private void keytool(String alias, String name, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + said);
            }
        } catch (IOException e) {
            throw new IllegalStateException("keytool cannot be started.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
