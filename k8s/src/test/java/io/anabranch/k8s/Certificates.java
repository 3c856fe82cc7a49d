package io.anabranch.k8s;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** Self-signed certificates, made by the JDK's keytool, in the forms that secrets have them in: PEM for the applications, a key store for the broker. */
final class Certificates {

    static final String PASSWORD = "changeit";
    private static final String ALIAS = "key";

    private final Path folder;

    Certificates(Path folder) {
        this.folder = folder;
    }

    /** A key store {@code NAME.p12} for the loopback address. */
    Path create(String name) throws IOException, InterruptedException {
        Path store = store(name);
        int code = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("keytool ended with %d.".formatted(code));
        }
        return store;
    }

    Path store(String name) {
        return folder.resolve(name + ".p12");
    }

    KeyStore open(String name) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store(name).toFile(), PASSWORD.toCharArray());
    }

    String certificate(String name) throws IOException, GeneralSecurityException {
        return pem("CERTIFICATE", open(name).getCertificate(ALIAS).getEncoded());
    }

    String key(String name) throws IOException, GeneralSecurityException {
        return pem(
                "PRIVATE KEY", open(name).getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    }

    /** What a secret with these files would be mounted as. */
    static void write(Path folder, String file, String content) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(file), content);
    }

    private static String pem(String label, byte[] encoded) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(encoded),
                        label);
    }
}
