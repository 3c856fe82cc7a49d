package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against a service that asks who calls. */
class CredentialOptionsTest {

    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder = Path.of(".");

    @BeforeEach
    void noColours() {
        System.setProperty("picocli.ansi", "false");
    }

    @Test
    void aTokenOfAFileGoesWithEveryCall() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "abc.def.ghi\n");
        try (FakeService service = new FakeService()) {
            assertThat(run("status", "--address", service.address())).isEqualTo(ExitCode.OK);
            assertThat(run("status", "--address", service.address(), "--token-file", token.toString()))
                    .isEqualTo(ExitCode.OK);
            assertThat(service.authorizations).containsExactly("none", "Bearer abc.def.ghi");
        }
    }

    @Test
    void aTokenIsNotSentInClearToAnotherMachine() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "abc.def.ghi");
        assertThat(run("status", "--address", "192.0.2.1:9090", "--token-file", token.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains("A token would go to 192.0.2.1 in clear")
                .contains("--token-in-clear");
    }

    @Test
    void aServiceIsKnownByItsCertificateAndACallerByItsOwn() throws IOException {
        PemFiles pem = PemFiles.in(folder);
        PemFiles.Pair server = pem.issue("localhost");
        PemFiles.Pair caller = pem.issue("feed-1");
        try (FakeService service = new FakeService(mutual(server, pem.authority()))) {
            String ca = pem.authority().toString();
            String[] own = {
                "--certificate",
                caller.certificate().toString(),
                "--key",
                caller.key().toString()
            };

            assertThat(run("status", "--address", service.address(), "--ca", ca, own[0], own[1], own[2], own[3]))
                    .as(err.toString())
                    .isEqualTo(ExitCode.OK);
            assertThat(run("status", "--address", service.address(), "--ca", ca))
                    .as("without a certificate of its own")
                    .isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(run("status", "--address", service.address(), "--tls", own[0], own[1], own[2], own[3]))
                    .as("an authority that this machine does not trust")
                    .isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(run(
                            "status",
                            "--address",
                            service.address(),
                            "--ca",
                            ca,
                            own[0],
                            own[1],
                            own[2],
                            own[3],
                            "--server-name",
                            "other.example.org"))
                    .as("a name that the certificate does not bear")
                    .isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(run("status", "--address", service.address()))
                    .as("in clear")
                    .isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(service.authorizations).hasSize(1);
        }
    }

    @Test
    void whatCannotBeUsedIsNamed() {
        assertThat(run("status", "--address", "localhost:1", "--certificate", "c.pem"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("status", "--address", "localhost:1", "--server-name", "n"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("status", "--address", "localhost:1", "--ca", "none.pem"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run("status", "--address", "localhost:1", "--token-file", "none.txt"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .contains("--certificate and --key go together")
                .contains("--server-name needs --tls or --ca")
                .contains("The file none.pem cannot be read")
                .contains("The file none.txt cannot be read");
    }

    private static ServerCredentials mutual(PemFiles.Pair server, Path authority) throws IOException {
        return TlsServerCredentials.newBuilder()
                .keyManager(server.certificate().toFile(), server.key().toFile())
                .trustManager(authority.toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
    }

    private int run(String... arguments) {
        return Anabranch.commandLine(new PrintWriter(new StringWriter(), true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
