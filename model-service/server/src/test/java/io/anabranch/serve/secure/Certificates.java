package io.anabranch.serve.secure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** An authority of our own and certificates that it has signed, made with the JDK's keytool. */
final class Certificates {

    static final String PASSWORD = "changeit";

    private final Path folder;
    private final Path all;

    private Certificates(Path folder) {
        this.folder = folder;
        this.all = folder.resolve("all.p12");
    }

    static Certificates in(Path folder) {
        Certificates certificates = new Certificates(folder);
        certificates.keytool("ca", "CN=Test authority", "-ext", "bc:c");
        return certificates;
    }

    /** A key store with a key whose certificate has this common name. */
    Path issue(String name) {
        String alias = name.replace(' ', '-') + "-" + System.nanoTime();
        keytool(alias, "CN=" + name, "-signer", "ca", "-ext", "san=dns:localhost,ip:127.0.0.1");
        return keep(alias, folder.resolve(alias + ".p12"));
    }

    /** A trust store with the authority. */
    Path authority() {
        return keep("ca", folder.resolve("authority.p12"));
    }

    static KeyStore load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Copies one entry: the authority's certificate only, of others the key too. */
    private Path keep(String alias, Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore from = load(all);
            KeyStore to = KeyStore.getInstance("PKCS12");
            to.load(null, null);
            char[] password = PASSWORD.toCharArray();
            if (alias.equals("ca")) {
                to.setCertificateEntry(alias, from.getCertificate(alias));
            } else {
                Certificate[] chain = from.getCertificateChain(alias);
                to.setKeyEntry(alias, from.getKey(alias, password), password, chain);
            }
            to.store(out, password);
            return file;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
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
                all.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        Collections.addAll(command, more);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + said);
            }
        } catch (IOException e) {
            throw new IllegalStateException(Arrays.toString(more), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
