package io.anabranch.k8s;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mistake, made on purpose: a check that does not see it is none.
 *
 * @param pointer where, as a JSON pointer in the resource
 * @param value what stands there then, as JSON; null: nothing
 */
public record Mutation(
        String kind, String name, String pointer, @Nullable String value) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public Manifests of(Manifests right) {
        JsonNode original = right.one(kind, name);
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode resource : right.all()) {
            all.add(resource.equals(original) ? mutated(resource.deepCopy()) : resource);
        }
        return new Manifests(all);
    }

    private JsonNode mutated(JsonNode copy) {
        JsonPointer path = JsonPointer.compile(pointer);
        JsonNode parent = copy.at(path.head());
        String last = path.last().getMatchingProperty();
        switch (parent) {
            case ObjectNode object
            when value == null -> {
                if (object.remove(last) == null) {
                    throw new AssertionError("There is no %s in %s/%s.".formatted(pointer, kind, name));
                }
            }
            case ObjectNode object -> object.set(last, json(value));
            case ArrayNode array when value == null -> array.remove(Integer.parseInt(last));
            case ArrayNode array -> array.set(Integer.parseInt(last), json(value));
            default -> throw new AssertionError("There is no %s in %s/%s.".formatted(path.head(), kind, name));
        }
        return copy;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
