package io.anabranch.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serve.FreeGrpcPort;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class RequestSizeTest {

    @TestHTTPResource
    URI rest;

    /** Only the head is sent: the server says it before a body has come, and a client that sends all the same may not hear it. */
    @Test
    void aBodyThatIsTooGreatIsRefusedByItsHead() throws IOException {
        try (Socket socket = new Socket("localhost", rest.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(
                            ("POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                                            + 17 * 1024 * 1024 + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 413");
        }
    }
}
