package io.anabranch.serve.inference;

import io.anabranch.inference.InferParameter;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.wire.PositionText;
import io.anabranch.v1.EventPosition;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is right by itself.
 *
 * @param ids by input
 * @param outputs names of the outputs wanted, in their order
 * @param timeout null: none given
 * @param routingKey empty: none given
 */
record InferOrder(
        Map<String, List<String>> ids,
        List<String> outputs,
        List<EventPosition> minPositions,
        @Nullable Duration timeout,
        String routingKey) {

    static final String MIN_POSITIONS = "min_positions";
    static final String TIMEOUT = "timeout";
    static final String ROUTING_KEY = "routing_key";

    /** @throws io.anabranch.serve.ProblemException with what is wrong */
    static InferOrder read(ModelInferRequest request, OpenModel model) {
        List<Violation> violations = new ArrayList<>();
        Map<String, List<String>> ids = new InputReader(request, model, violations).read();
        List<String> outputs = outputs(request, model, violations);
        List<EventPosition> positions = List.of();
        Duration timeout = null;
        String routingKey = "";
        for (Map.Entry<String, InferParameter> parameter :
                request.getParametersMap().entrySet()) {
            switch (parameter.getKey()) {
                case MIN_POSITIONS -> positions = positions(parameter.getValue(), violations);
                case TIMEOUT -> timeout = timeout(parameter.getValue(), violations);
                case ROUTING_KEY -> routingKey = routingKey(parameter.getValue(), violations);
                default ->
                    violations.add(new Violation(
                            "parameters." + parameter.getKey(),
                            "Is unknown; known are %s, %s and %s.".formatted(MIN_POSITIONS, TIMEOUT, ROUTING_KEY)));
            }
        }
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).exception();
        }
        return new InferOrder(ids, outputs, positions, timeout, routingKey);
    }

    /** Never empty for an input of the model. */
    List<String> ids(String input) {
        return ids.getOrDefault(input, List.of());
    }

    Duration patience(Duration callers) {
        return timeout != null && timeout.compareTo(callers) < 0 ? timeout : callers;
    }

    private static List<String> outputs(ModelInferRequest request, OpenModel model, List<Violation> violations) {
        List<String> known = model.outputs().stream().map(TensorSpec::name).toList();
        if (request.getOutputsCount() == 0) {
            return known;
        }
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < request.getOutputsCount(); i++) {
            InferRequestedOutputTensor output = request.getOutputs(i);
            String field = "outputs[%d]".formatted(i);
            if (!known.contains(output.getName())) {
                violations.add(new Violation(
                        field + ".name", "Must be one of %s, but is %s.".formatted(known, output.getName())));
            } else if (wanted.contains(output.getName())) {
                violations.add(new Violation(field + ".name", "Must be there once: %s.".formatted(output.getName())));
            }
            output.getParametersMap()
                    .keySet()
                    .forEach(name -> violations.add(new Violation(field + ".parameters." + name, "Is unknown.")));
            wanted.add(output.getName());
        }
        return wanted;
    }

    private static List<EventPosition> positions(InferParameter value, List<Violation> violations) {
        String field = "parameters." + MIN_POSITIONS;
        if (!value.hasStringParam()) {
            violations.add(new Violation(field, "Must be a string such as 0:17,2:1041."));
            return List.of();
        }
        return PositionText.readAll(field, value.getStringParam());
    }

    private static String routingKey(InferParameter value, List<Violation> violations) {
        if (!value.hasStringParam()) {
            violations.add(new Violation("parameters." + ROUTING_KEY, "Must be a string."));
        }
        return value.getStringParam();
    }

    private static @Nullable Duration timeout(InferParameter value, List<Violation> violations) {
        long microseconds = value.hasInt64Param() ? value.getInt64Param() : value.getUint64Param();
        if (microseconds < 1) {
            violations.add(new Violation(
                    "parameters." + TIMEOUT, "Must be a positive whole number of microseconds, as int64."));
            return null;
        }
        return Duration.of(microseconds, ChronoUnit.MICROS);
    }
}
