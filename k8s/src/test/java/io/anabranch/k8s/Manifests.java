package io.anabranch.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The resources of one rendering, as trees. */
public record Manifests(List<JsonNode> all) {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    public Manifests {
        all = List.copyOf(all);
    }

    public static Manifests read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be read.".formatted(file), e);
        }
    }

    public static Manifests parse(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return new Manifests(documents.readAll().stream()
                    .filter(document -> document.isObject())
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Stream<JsonNode> kind(String kind) {
        return all.stream().filter(resource -> resource.path("kind").asText().equals(kind));
    }

    /** The resource of this kind and name; names that kustomize has given a hash are found without it. */
    public JsonNode one(String kind, String name) {
        List<JsonNode> found = kind(kind)
                .filter(resource ->
                        name(resource).equals(name) || name(resource).matches(name + "-[a-z0-9]{10}"))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError("There are %d resources %s/%s.".formatted(found.size(), kind, name));
        }
        return found.getFirst();
    }

    /** What runs our images. */
    public Stream<JsonNode> workloads() {
        return Stream.concat(kind("Deployment"), kind("StatefulSet"));
    }

    public static String name(JsonNode resource) {
        return resource.at("/metadata/name").asText();
    }

    public static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** The element whose field {@code name} is this. */
    public static JsonNode named(JsonNode array, String name) {
        return each(array)
                .filter(element -> element.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("Nothing is named %s in %s.".formatted(name, array)));
    }
}
