package io.anabranch.serve.rest;

import com.google.protobuf.ByteString;
import io.anabranch.inference.InferParameter;
import io.anabranch.inference.InferTensorContents;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelInferRequest.InferInputTensor;
import io.anabranch.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.anabranch.inference.ModelInferResponse;
import io.anabranch.inference.ModelInferResponse.InferOutputTensor;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.inference.Datatype;
import io.anabranch.serve.inference.RawTensors;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of one inference: a JSON object and, behind it, tensors as bytes. The header {@value #HEADER_LENGTH} tells where the JSON ends; an
 * input with the parameter {@code binary_data_size} takes so many of the bytes, in the order of the inputs. Outputs come as bytes where
 * {@code binary_data} of the output or {@code binary_data_output} of the request says so.
 */
final class InferenceBody {

    static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private static final String BINARY_SIZE = "binary_data_size";
    private static final String BINARY = "binary_data";
    private static final String BINARY_OUTPUT = "binary_data_output";

    private static final Map<String, Class<?>> REQUEST = Map.of(
            "id", String.class, "parameters", JsonObject.class, "inputs", JsonArray.class, "outputs", JsonArray.class);
    private static final Map<String, Class<?>> INPUT = Map.of(
            "name", String.class,
            "shape", JsonArray.class,
            "datatype", String.class,
            "parameters", JsonObject.class,
            "data", JsonArray.class);
    private static final Map<String, Class<?>> OUTPUT = Map.of("name", String.class, "parameters", JsonObject.class);

    private final ModelInferRequest.Builder request;
    private final ByteString tail;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Boolean> binaryByOutput = new HashMap<>();
    private boolean binaryOutputs;
    private long taken;

    private InferenceBody(ModelInferRequest.Builder request, ByteString tail) {
        this.request = request;
        this.tail = tail;
    }

    /**
     * @param target with the model's name and version
     * @param headerLength null: all of the body is JSON
     * @throws io.anabranch.serve.ProblemException with what is wrong
     */
    static InferenceBody read(ModelInferRequest.Builder target, byte[] body, @Nullable String headerLength) {
        int end = jsonLength(body.length, headerLength);
        JsonObject json = JsonFields.parse(new String(body, 0, end, StandardCharsets.UTF_8));
        InferenceBody read = new InferenceBody(target, ByteString.copyFrom(body, end, body.length - end));
        read.request(json);
        if (!read.violations.isEmpty()) {
            throw new Problem.Invalid(read.violations).exception();
        }
        return read;
    }

    ModelInferRequest request() {
        return request.build();
    }

    private static int jsonLength(int bodyLength, @Nullable String headerLength) {
        if (headerLength == null) {
            return bodyLength;
        }
        try {
            int length = Integer.parseInt(headerLength);
            if (length >= 0 && length <= bodyLength) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw wrongLength(bodyLength, headerLength);
        }
        throw wrongLength(bodyLength, headerLength);
    }

    private static RuntimeException wrongLength(int bodyLength, String headerLength) {
        return Problem.invalid(
                HEADER_LENGTH,
                "Must be from 0 to the %d bytes of the body, but is %s.".formatted(bodyLength, headerLength));
    }

    private void request(JsonObject json) {
        JsonFields fields = new JsonFields("", json, violations);
        fields.allow(REQUEST);
        request.setId(fields.text("id"));
        parameters("parameters", fields.object("parameters")).forEach((name, parameter) -> {
            if (name.equals(BINARY_OUTPUT)) {
                binaryOutputs = flag("parameters." + name, parameter);
            } else {
                request.putParameters(name, parameter);
            }
        });
        List<JsonFields> inputs = fields.objects("inputs");
        inputs.forEach(this::input);
        fields.objects("outputs").forEach(this::output);
        if (taken != tail.size()) {
            violations.add(new Violation(
                    "body",
                    "Has %d bytes behind the JSON, but the inputs take %d of them.".formatted(tail.size(), taken)));
        }
    }

    private void input(JsonFields fields) {
        fields.allow(INPUT);
        InferInputTensor.Builder input = InferInputTensor.newBuilder()
                .setName(fields.text("name"))
                .setDatatype(fields.text("datatype"))
                .addAllShape(fields.numbers("shape"));
        InferParameter size = null;
        for (Map.Entry<String, InferParameter> parameter : parameters(
                        fields.path("parameters"), fields.object("parameters"))
                .entrySet()) {
            if (parameter.getKey().equals(BINARY_SIZE)) {
                size = parameter.getValue();
            } else {
                input.putParameters(parameter.getKey(), parameter.getValue());
            }
        }
        JsonArray data = fields.array("data");
        if (size != null) {
            if (data != null) {
                violations.add(new Violation(fields.path("data"), "Must be absent beside " + BINARY_SIZE + "."));
            }
            ByteString bytes = take(fields.path("parameters." + BINARY_SIZE), size);
            if (input.getDatatype().equals(Datatype.BYTES.name())) {
                binary(fields, bytes, input);
            }
        } else if (data == null) {
            violations.add(new Violation(fields.path("data"), "Is missing."));
        } else if (input.getDatatype().equals(Datatype.BYTES.name())) {
            InferTensorContents.Builder contents = InferTensorContents.newBuilder();
            texts(fields.path("data"), data, contents);
            input.setContents(contents);
        }
        // Any other datatype is refused by whoever knows the model; there is no need to read its contents.
        request.addInputs(input);
    }

    private void binary(JsonFields fields, ByteString bytes, InferInputTensor.Builder input) {
        try {
            input.setContents(InferTensorContents.newBuilder().addAllBytesContents(RawTensors.elements(bytes)));
        } catch (IllegalArgumentException e) {
            violations.add(new Violation(fields.path("data"), String.valueOf(e.getMessage())));
        }
    }

    private void texts(String path, JsonArray data, InferTensorContents.Builder contents) {
        for (int i = 0; i < data.size(); i++) {
            switch (data.getValue(i)) {
                case String text -> contents.addBytesContents(ByteString.copyFromUtf8(text));
                case JsonArray nested -> texts("%s[%d]".formatted(path, i), nested, contents);
                case null, default -> violations.add(new Violation("%s[%d]".formatted(path, i), "Must be a string."));
            }
        }
    }

    private ByteString take(String path, InferParameter size) {
        long left = tail.size() - taken;
        if (!size.hasInt64Param() || size.getInt64Param() < 0 || size.getInt64Param() > left) {
            violations.add(new Violation(
                    path,
                    "Must be a whole number from 0 to the %d bytes that are left behind the JSON.".formatted(left)));
            return ByteString.EMPTY;
        }
        ByteString bytes = tail.substring((int) taken, (int) (taken + size.getInt64Param()));
        taken += size.getInt64Param();
        return bytes;
    }

    private void output(JsonFields fields) {
        fields.allow(OUTPUT);
        InferRequestedOutputTensor.Builder output =
                InferRequestedOutputTensor.newBuilder().setName(fields.text("name"));
        parameters(fields.path("parameters"), fields.object("parameters")).forEach((name, parameter) -> {
            if (name.equals(BINARY)) {
                binaryByOutput.put(output.getName(), flag(fields.path("parameters." + name), parameter));
            } else {
                output.putParameters(name, parameter);
            }
        });
        request.addOutputs(output);
    }

    private boolean flag(String path, InferParameter parameter) {
        if (!parameter.hasBoolParam()) {
            violations.add(new Violation(path, "Must be true or false."));
        }
        return parameter.getBoolParam();
    }

    private Map<String, InferParameter> parameters(String path, @Nullable JsonObject json) {
        Map<String, InferParameter> parameters = new HashMap<>();
        if (json != null) {
            for (String name : json.fieldNames()) {
                InferParameter.Builder parameter = InferParameter.newBuilder();
                switch (json.getValue(name)) {
                    case Boolean value -> parameter.setBoolParam(value);
                    case Integer value -> parameter.setInt64Param(value);
                    case Long value -> parameter.setInt64Param(value);
                    case Double value -> parameter.setDoubleParam(value);
                    case String value -> parameter.setStringParam(value);
                    case null, default ->
                        violations.add(new Violation(path + "." + name, "Must be a string, a number, true or false."));
                }
                parameters.put(name, parameter.build());
            }
        }
        return parameters;
    }

    /** The answer in the form that this request asked for. */
    Response response(ModelInferResponse answer) {
        JsonArray outputs = new JsonArray();
        List<ByteString> bytes = new ArrayList<>();
        for (InferOutputTensor output : answer.getOutputsList()) {
            JsonObject json = new JsonObject()
                    .put("name", output.getName())
                    .put("datatype", output.getDatatype())
                    .put("shape", new JsonArray(List.copyOf(output.getShapeList())));
            if (binaryByOutput.getOrDefault(output.getName(), binaryOutputs)) {
                ByteString raw = RawTensors.of(Datatype.valueOf(output.getDatatype()), output.getContents());
                json.put("parameters", new JsonObject().put(BINARY_SIZE, raw.size()));
                bytes.add(raw);
            } else {
                json.put("data", InferenceJson.data(output.getContents()));
            }
            outputs.add(json);
        }
        JsonObject json = new JsonObject()
                .put("model_name", answer.getModelName())
                .put("model_version", answer.getModelVersion());
        if (!answer.getId().isEmpty()) {
            json.put("id", answer.getId());
        }
        ByteString head =
                ByteString.copyFromUtf8(json.put("parameters", InferenceJson.parameters(answer.getParametersMap()))
                        .put("outputs", outputs)
                        .encode());
        if (bytes.isEmpty()) {
            return Response.ok(head.toByteArray(), MediaType.APPLICATION_JSON_TYPE)
                    .build();
        }
        return Response.ok(
                        head.concat(ByteString.copyFrom(bytes)).toByteArray(), MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header(HEADER_LENGTH, head.size())
                .build();
    }
}
