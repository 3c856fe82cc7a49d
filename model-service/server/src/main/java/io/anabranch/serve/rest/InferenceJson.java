package io.anabranch.serve.rest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.anabranch.inference.InferParameter;
import io.anabranch.inference.InferTensorContents;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Open Inference Protocol's own JSON form of its messages: field names as in the .proto file, numbers as numbers. */
final class InferenceJson {

    private InferenceJson() {}

    /** Every field, absent messages left out. Not for messages with maps or bytes. */
    static JsonObject of(Message message) {
        JsonObject json = new JsonObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                JsonArray array = new JsonArray();
                ((List<?>) message.getField(field)).forEach(element -> array.add(value(element)));
                json.put(field.getName(), array);
            } else if (!field.hasPresence() || message.hasField(field)) {
                json.put(field.getName(), value(message.getField(field)));
            }
        }
        return json;
    }

    private static Object value(Object value) {
        return value instanceof Message message ? of(message) : value;
    }

    static JsonObject parameters(Map<String, InferParameter> parameters) {
        JsonObject json = new JsonObject();
        new TreeMap<>(parameters).forEach((name, parameter) -> {
            switch (parameter.getParameterChoiceCase()) {
                case BOOL_PARAM -> json.put(name, parameter.getBoolParam());
                case INT64_PARAM -> json.put(name, parameter.getInt64Param());
                case STRING_PARAM -> json.put(name, parameter.getStringParam());
                case DOUBLE_PARAM -> json.put(name, parameter.getDoubleParam());
                case UINT64_PARAM -> json.put(name, parameter.getUint64Param());
                case PARAMETERCHOICE_NOT_SET -> json.putNull(name);
            }
        });
        return json;
    }

    /** The elements in row-major order, without nesting. */
    static JsonArray data(InferTensorContents contents) {
        JsonArray data = new JsonArray();
        contents.getBoolContentsList().forEach(data::add);
        contents.getInt64ContentsList().forEach(data::add);
        contents.getFp32ContentsList().forEach(data::add);
        for (ByteString element : contents.getBytesContentsList()) {
            data.add(element.toStringUtf8());
        }
        return data;
    }
}
