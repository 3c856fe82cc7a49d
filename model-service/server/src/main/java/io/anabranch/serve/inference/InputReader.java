package io.anabranch.serve.inference;

import com.google.protobuf.ByteString;
import io.anabranch.inference.InferTensorContents;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelInferRequest.InferInputTensor;
import io.anabranch.serve.Problem.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The inputs of one request as ids by the input's name. All that is wrong is collected, nothing is mended. */
final class InputReader {

    private final ModelInferRequest request;
    private final OpenModel model;
    private final List<Violation> violations;
    private final Map<String, List<String>> ids = new HashMap<>();

    InputReader(ModelInferRequest request, OpenModel model, List<Violation> violations) {
        this.request = request;
        this.model = model;
        this.violations = violations;
    }

    /** Complete only where no violation was added. */
    Map<String, List<String>> read() {
        int raw = request.getRawInputContentsCount();
        if (raw != 0 && raw != request.getInputsCount()) {
            refuse(
                    "raw_input_contents",
                    "Must have one entry for each of the %d inputs, but has %d."
                            .formatted(request.getInputsCount(), raw));
            return ids;
        }
        for (int i = 0; i < request.getInputsCount(); i++) {
            read(i, request.getInputs(i));
        }
        for (TensorSpec input : model.inputs()) {
            if (request.getInputsList().stream()
                    .noneMatch(given -> given.getName().equals(input.name()))) {
                refuse("inputs", "Must have %s, %s of shape [N].".formatted(input.name(), input.datatype()));
            }
        }
        if (violations.isEmpty()) {
            requireEqualRows();
        }
        return ids;
    }

    private void read(int index, InferInputTensor tensor) {
        String field = "inputs[%d]".formatted(index);
        TensorSpec spec = model.inputs().stream()
                .filter(input -> input.name().equals(tensor.getName()))
                .findFirst()
                .orElse(null);
        if (spec == null) {
            refuse(
                    field + ".name",
                    "Must be one of %s, but is %s."
                            .formatted(
                                    model.inputs().stream()
                                            .map(TensorSpec::name)
                                            .toList(),
                                    tensor.getName()));
            return;
        }
        if (ids.containsKey(tensor.getName())) {
            refuse(field + ".name", "Must be there once: %s.".formatted(tensor.getName()));
            return;
        }
        tensor.getParametersMap().keySet().forEach(name -> refuse(field + ".parameters." + name, "Is unknown."));
        if (!tensor.getDatatype().equals(spec.datatype().name())) {
            refuse(field + ".datatype", "Must be %s, but is %s.".formatted(spec.datatype(), tensor.getDatatype()));
        } else if (tensor.getShapeCount() != 1 || tensor.getShape(0) < 0) {
            refuse(field + ".shape", "Must be [N], but is %s.".formatted(tensor.getShapeList()));
        } else {
            ids.put(tensor.getName(), texts(field, elements(index, field, tensor)));
        }
    }

    private List<ByteString> elements(int index, String field, InferInputTensor tensor) {
        List<ByteString> elements;
        String contents;
        if (request.getRawInputContentsCount() == 0) {
            contents = field + ".contents";
            elements = tensor.getContents().getBytesContentsList();
            if (!onlyBytes(tensor.getContents())) {
                refuse(contents, "Must have bytes_contents only, the field of BYTES.");
                return List.of();
            }
        } else {
            contents = "raw_input_contents[%d]".formatted(index);
            if (tensor.hasContents()) {
                refuse(field + ".contents", "Must be absent where raw_input_contents is given.");
                return List.of();
            }
            try {
                elements = RawTensors.elements(request.getRawInputContents(index));
            } catch (IllegalArgumentException e) {
                refuse(contents, String.valueOf(e.getMessage()));
                return List.of();
            }
        }
        if (elements.size() != tensor.getShape(0)) {
            refuse(
                    contents,
                    "Must have the %d elements of the shape, but has %d."
                            .formatted(tensor.getShape(0), elements.size()));
            return List.of();
        }
        return elements;
    }

    private static boolean onlyBytes(InferTensorContents contents) {
        return contents.toBuilder().clearBytesContents().build().equals(InferTensorContents.getDefaultInstance());
    }

    private List<String> texts(String field, List<ByteString> elements) {
        List<String> texts = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            if (!elements.get(i).isValidUtf8()) {
                refuse("%s.contents[%d]".formatted(field, i), "Is no UTF-8.");
            }
            texts.add(elements.get(i).toStringUtf8());
        }
        return texts;
    }

    private void requireEqualRows() {
        List<Integer> rows = ids.values().stream().map(List::size).distinct().toList();
        if (rows.size() > 1) {
            refuse("inputs", "Must all have as many elements, but have %s.".formatted(rows));
        }
    }

    private void refuse(String field, String description) {
        violations.add(new Violation(field, description));
    }
}
