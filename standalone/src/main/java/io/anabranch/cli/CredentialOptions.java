package io.anabranch.cli;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Who calls and whom to trust: TLS, a certificate of the caller's own, a bearer token. A token stands in a file or in the environment, never on
 * the command line, where other users of the machine would see it.
 */
final class CredentialOptions {

    static final String TOKEN_VARIABLE = "ANABRANCH_TOKEN";

    @Option(names = "--tls", description = "Connect with TLS, trusting the authorities of this machine's Java.")
    private boolean tls;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Connect with TLS, trusting the authorities in this file (PEM) alone.")
    private @Nullable Path authorities;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "Certificate of the caller (PEM), with --key; connects with TLS.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key of --certificate (PEM, PKCS #8).")
    private @Nullable Path key;

    @Option(
            names = "--server-name",
            paramLabel = "NAME",
            description = "Name that the service's certificate must bear, where it is not the host of the address.")
    private @Nullable String serverName;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the bearer token of the caller (default: the environment variable "
                    + TOKEN_VARIABLE + ").")
    private @Nullable Path tokenFile;

    @Option(
            names = "--token-in-clear",
            description = "Send the token without TLS to another machine: for a network that encrypts by itself.")
    private boolean tokenInClear;

    @Nullable
    String serverName() {
        return serverName;
    }

    ChannelCredentials channel() {
        if ((certificate == null) != (key == null)) {
            throw new CommandFailure(ExitCode.USAGE, "--certificate and --key go together.");
        }
        if (!encrypted()) {
            if (serverName != null) {
                throw new CommandFailure(ExitCode.USAGE, "--server-name needs --tls or --ca.");
            }
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
        Path file = Path.of("");
        try {
            if (authorities != null) {
                file = authorities;
                credentials.trustManager(file.toFile());
            }
            if (certificate != null && key != null) {
                file = certificate;
                credentials.keyManager(file.toFile(), key.toFile());
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "The file %s cannot be read: %s".formatted(file, e.getMessage()));
        }
        return credentials.build();
    }

    /** The caller's token, null without one; refused where it would cross a network in clear. */
    @Nullable
    String token(String host) {
        String token = tokenFile == null ? System.getenv(TOKEN_VARIABLE) : read(tokenFile);
        if (token == null || token.isBlank()) {
            return null;
        }
        if (!encrypted() && !tokenInClear && !here(host)) {
            throw new CommandFailure(ExitCode.USAGE, """
                    A token would go to %s in clear, for anybody on the way to read.
                    Maybe connect with --tls or --ca, or say --token-in-clear where the network encrypts by itself.""".formatted(host));
        }
        return token.strip();
    }

    private boolean encrypted() {
        return tls || authorities != null || certificate != null;
    }

    private static boolean here(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String read(Path file) {
        try {
            String token = Files.readString(file);
            if (token.isBlank()) {
                throw new CommandFailure(ExitCode.USAGE, "The file %s has no token.".formatted(file));
            }
            return token;
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "The file %s cannot be read: %s".formatted(file, e.getMessage()));
        }
    }
}
