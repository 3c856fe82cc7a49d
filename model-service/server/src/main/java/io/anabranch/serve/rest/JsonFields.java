package io.anabranch.serve.rest;

import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object. What is wrong is added to the violations; a field that is absent or wrong is read as empty. */
record JsonFields(String prefix, JsonObject json, List<Violation> violations) {

    private static final Map<Class<?>, String> NAMES = Map.of(
            String.class, "a string",
            Boolean.class, "true or false",
            JsonObject.class, "an object",
            JsonArray.class, "an array");

    /** @throws io.anabranch.serve.ProblemException when the text is no JSON object */
    static JsonObject parse(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException e) {
            throw Problem.invalid("body", "Is no JSON object: %s".formatted(e.getMessage()));
        }
    }

    String path(String name) {
        return prefix.isEmpty() ? name : prefix + "." + name;
    }

    /** Refuses any other field, and those whose values have another type. */
    void allow(Map<String, Class<?>> types) {
        for (String name : json.fieldNames()) {
            Class<?> type = types.get(name);
            if (type == null) {
                violations.add(new Violation(path(name), "Is unknown."));
            } else if (!type.isInstance(json.getValue(name))) {
                violations.add(new Violation(path(name), "Must be %s.".formatted(NAMES.get(type))));
            }
        }
    }

    String text(String name) {
        return json.getValue(name) instanceof String text ? text : "";
    }

    @Nullable
    JsonObject object(String name) {
        return json.getValue(name) instanceof JsonObject object ? object : null;
    }

    @Nullable
    JsonArray array(String name) {
        return json.getValue(name) instanceof JsonArray array ? array : null;
    }

    List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        JsonArray array = array(name);
        for (int i = 0; array != null && i < array.size(); i++) {
            String path = "%s[%d]".formatted(path(name), i);
            if (array.getValue(i) instanceof JsonObject object) {
                objects.add(new JsonFields(path, object, violations));
            } else {
                violations.add(new Violation(path, "Must be an object."));
            }
        }
        return objects;
    }

    List<Long> numbers(String name) {
        List<Long> numbers = new ArrayList<>();
        JsonArray array = array(name);
        for (int i = 0; array != null && i < array.size(); i++) {
            switch (array.getValue(i)) {
                case Integer number -> numbers.add(number.longValue());
                case Long number -> numbers.add(number);
                case null, default ->
                    violations.add(new Violation("%s[%d]".formatted(path(name), i), "Must be a whole number."));
            }
        }
        return numbers;
    }
}
