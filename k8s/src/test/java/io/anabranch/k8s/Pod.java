package io.anabranch.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The one container of a workload as the kubelet would start it: its environment resolved, the references in its arguments replaced, the files
 * of its configuration collected.
 *
 * @param environment secrets are named, not known: {@code secret:NAME/KEY}
 * @param files name to content, of the folder {@code /etc/anabranch}
 */
public record Pod(
        JsonNode workload,
        JsonNode container,
        Map<String, String> environment,
        List<String> command,
        Map<String, String> files) {

    static final String CONFIG_FOLDER = "/etc/anabranch";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Z_]+)\\)");
    private static final long MIB = 1L << 20;

    public static Pod of(Manifests manifests, String kind, String name) {
        return of(manifests, manifests.one(kind, name));
    }

    public static Pod of(Manifests manifests, JsonNode workload) {
        JsonNode containers = spec(workload).path("containers");
        if (containers.size() != 1) {
            throw new AssertionError("%s has %d containers.".formatted(Manifests.name(workload), containers.size()));
        }
        JsonNode container = containers.get(0);
        Map<String, String> environment = environment(workload, container);
        return new Pod(
                workload,
                container,
                environment,
                command(container, environment),
                files(manifests, workload, container));
    }

    /** With variables beside or instead of its own. */
    Pod with(Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.putAll(others);
        return new Pod(workload, container, all, command(container, all), files);
    }

    public static JsonNode spec(JsonNode workload) {
        return workload.at("/spec/template/spec");
    }

    public String name() {
        return Manifests.name(workload);
    }

    private static Map<String, String> environment(JsonNode workload, JsonNode container) {
        Map<String, String> environment = new LinkedHashMap<>();
        Manifests.each(container.path("env")).forEach(variable -> {
            String name = variable.path("name").asText();
            JsonNode from = variable.path("valueFrom");
            if (variable.has("value")) {
                environment.put(name, variable.get("value").asText());
            } else if (from.at("/fieldRef/fieldPath").asText().equals("metadata.name")) {
                environment.put(name, Manifests.name(workload) + "-0");
            } else if (from.has("resourceFieldRef")) {
                environment.put(
                        name,
                        resource(
                                container, from.at("/resourceFieldRef/resource").asText()));
            } else if (from.has("secretKeyRef")) {
                environment.put(
                        name,
                        "secret:%s/%s"
                                .formatted(
                                        from.at("/secretKeyRef/name").asText(),
                                        from.at("/secretKeyRef/key").asText()));
            } else {
                throw new AssertionError("The variable %s of %s comes from nowhere that is known here: %s"
                        .formatted(name, Manifests.name(workload), variable));
            }
        });
        return environment;
    }

    /** As the kubelet says it without a divisor: whole numbers, rounded up. */
    private static String resource(JsonNode container, String resource) {
        String[] path = resource.split("\\.", 2);
        return amount(container.path("resources").path(path[0]).path(path[1]).asText())
                .setScale(0, RoundingMode.CEILING)
                .toPlainString();
    }

    /** A quantity of Kubernetes or a size of a JVM, in units or bytes. */
    public static BigDecimal amount(String quantity) {
        Matcher matcher = Pattern.compile("([0-9.]+)([a-zA-Z]*)").matcher(quantity);
        if (!matcher.matches()) {
            throw new AssertionError("%s is no quantity.".formatted(quantity));
        }
        BigDecimal factor = switch (matcher.group(2)) {
            case "" -> BigDecimal.ONE;
            case "m" -> new BigDecimal("0.001");
            case "Mi" -> BigDecimal.valueOf(MIB);
            case "Gi" -> BigDecimal.valueOf(MIB << 10);
            default -> throw new AssertionError("The unit of %s is not known here.".formatted(quantity));
        };
        return new BigDecimal(matcher.group(1)).multiply(factor);
    }

    private static List<String> command(JsonNode container, Map<String, String> environment) {
        List<String> line = new ArrayList<>();
        Manifests.each(container.path("command")).forEach(word -> line.add(resolved(word.asText(), environment)));
        Manifests.each(container.path("args")).forEach(word -> line.add(resolved(word.asText(), environment)));
        return line;
    }

    /** A reference to a variable that is not there would stay as it is: here it is a mistake. */
    private static String resolved(String word, Map<String, String> environment) {
        return REFERENCE.matcher(word).replaceAll(reference -> {
            String value = environment.get(reference.group(1));
            if (value == null) {
                throw new AssertionError("%s has no variable %s.".formatted(word, reference.group(1)));
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static Map<String, String> files(Manifests manifests, JsonNode workload, JsonNode container) {
        String volume = Manifests.each(container.path("volumeMounts"))
                .filter(mount -> mount.path("mountPath").asText().equals(CONFIG_FOLDER))
                .map(mount -> mount.path("name").asText())
                .collect(Collectors.joining());
        Map<String, String> files = new TreeMap<>();
        Manifests.each(Manifests.named(spec(workload).path("volumes"), volume).at("/projected/sources"))
                .map(source -> source.at("/configMap/name").asText())
                .map(map -> manifests.one("ConfigMap", map).path("data"))
                .forEach(data -> data.properties().forEach(file -> {
                    if (files.put(file.getKey(), file.getValue().asText()) != null) {
                        throw new AssertionError("The file %s of %s comes from two ConfigMaps."
                                .formatted(file.getKey(), Manifests.name(workload)));
                    }
                }));
        return files;
    }

    /** What the files say together, the greater {@code config_ordinal} over the smaller; without the environment. */
    public Map<String, String> configuration() {
        Map<String, String> merged = new TreeMap<>();
        files.values().stream()
                .map(Pod::properties)
                .sorted((a, b) -> Integer.compare(ordinal(a), ordinal(b)))
                .forEach(merged::putAll);
        merged.remove("config_ordinal");
        return merged;
    }

    public static Map<String, String> properties(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> map = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> map.put(key, properties.getProperty(key)));
        return map;
    }

    public static int ordinal(Map<String, String> file) {
        return Integer.parseInt(file.getOrDefault("config_ordinal", "100"));
    }
}
