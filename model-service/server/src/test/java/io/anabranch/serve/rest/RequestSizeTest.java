package io.anabranch.serve.rest;

import static io.restassured.RestAssured.given;

import io.anabranch.serve.FreeGrpcPort;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
class RequestSizeTest {

    @Test
    void aBodyThatIsTooGreatIsSaidToBe() {
        given().contentType("application/json")
                .body(new byte[17 * 1024 * 1024])
                .post("/v1/classify")
                .then()
                .statusCode(413);
    }
}
