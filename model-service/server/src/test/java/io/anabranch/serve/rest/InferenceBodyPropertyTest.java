package io.anabranch.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.graph.testkit.Randomized;
import io.anabranch.inference.InferTensorContents;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelInferRequest.InferInputTensor;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.inference.Datatype;
import io.anabranch.serve.inference.RawTensors;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

class InferenceBodyPropertyTest {

    private record Body(byte[] bytes, int jsonLength, List<List<String>> ids) {}

    private static ModelInferRequest read(byte[] body, int headerLength) {
        return InferenceBody.read(ModelInferRequest.newBuilder(), body, Integer.toString(headerLength))
                .request();
    }

    private static String id(RandomGenerator random) {
        int[] points = random.ints(random.nextInt(12), 1, 0x3000).toArray();
        return new String(points, 0, points.length);
    }

    /** Some inputs as JSON, some as bytes. */
    private static Body body(RandomGenerator random) {
        JsonArray inputs = new JsonArray();
        List<List<String>> ids = new ArrayList<>();
        ByteString tail = ByteString.EMPTY;
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            List<String> values = new ArrayList<>();
            for (int row = 0; row < random.nextInt(6); row++) {
                values.add(id(random));
            }
            JsonObject input = new JsonObject()
                    .put("name", "input" + i)
                    .put("datatype", "BYTES")
                    .put("shape", new JsonArray().add(values.size()));
            if (random.nextBoolean()) {
                input.put("data", new JsonArray(new ArrayList<>(values)));
            } else {
                InferTensorContents.Builder contents = InferTensorContents.newBuilder();
                values.forEach(value -> contents.addBytesContents(ByteString.copyFromUtf8(value)));
                ByteString raw = RawTensors.of(Datatype.BYTES, contents.build());
                input.put("parameters", new JsonObject().put("binary_data_size", raw.size()));
                tail = tail.concat(raw);
            }
            inputs.add(input);
            ids.add(values);
        }
        byte[] json = new JsonObject().put("inputs", inputs).encode().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(json, json.length + tail.size());
        tail.copyTo(bytes, json.length);
        return new Body(bytes, json.length, ids);
    }

    @Randomized(runs = 200)
    void whatIsWrittenIsRead(RandomGenerator random) throws InvalidProtocolBufferException {
        Body body = body(random);
        ModelInferRequest request = read(body.bytes(), body.jsonLength());
        assertThat(request.getInputsList())
                .extracting(InferInputTensor::getContents)
                .extracting(contents -> contents.getBytesContentsList().stream()
                        .map(ByteString::toStringUtf8)
                        .toList())
                .isEqualTo(body.ids());
        assertThat(ModelInferRequest.parseFrom(request.toByteArray())).isEqualTo(request);
    }

    @Randomized(runs = 50)
    void whatIsDamagedIsReadOrRefusedNeverAFault(RandomGenerator random) {
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            Body body = body(random);
            byte[] damaged = Arrays.copyOf(
                    body.bytes(),
                    random.nextBoolean() ? body.bytes().length : random.nextInt(body.bytes().length + 20));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            int headerLength = random.nextInt(4) == 0 ? random.nextInt(-5, damaged.length + 5) : body.jsonLength();
            try {
                read(damaged, headerLength);
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Invalid.class);
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
