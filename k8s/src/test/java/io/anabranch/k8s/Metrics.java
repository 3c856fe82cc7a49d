package io.anabranch.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The metrics that alerts and the dashboard ask for. */
final class Metrics {

    /** A word that a selector or the end follows, with a colon where it is recorded; not a function, not a label in a grouping. */
    private static final Pattern NAME = Pattern.compile("\\b[a-z_][a-z0-9_]*(:[a-z0-9_]+)*");

    private static final Pattern NOT_NAMES = Pattern.compile(
            "\\{[^}]*\\}|\\[[^\\]]*\\]|\"[^\"]*\"|\\b(?:by|on|without|ignoring)\\s*\\([^)]*\\)|[a-z_]+\\s*(?=\\()");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "sum", "max", "min", "avg", "count");

    private Metrics() {}

    /** Of one expression of PromQL. */
    static Set<String> in(String expression) {
        Set<String> names = new TreeSet<>();
        String bare = NOT_NAMES.matcher(expression).replaceAll(" ");
        NAME.matcher(bare)
                .results()
                .map(MatchResult::group)
                .filter(word -> !WORDS.contains(word))
                .forEach(names::add);
        return names;
    }

    static List<String> expressions(Manifests manifests) {
        List<String> expressions = new ArrayList<>();
        rules(manifests).forEach(rule -> expressions.add(rule.path("expr").asText()));
        dashboard(manifests)
                .flatMap(panel -> Manifests.each(panel.path("targets")))
                .forEach(target -> expressions.add(target.path("expr").asText()));
        return expressions;
    }

    static Stream<JsonNode> rules(Manifests manifests) {
        return manifests
                .kind("PrometheusRule")
                .flatMap(resource -> Manifests.each(resource.at("/spec/groups")))
                .flatMap(group -> Manifests.each(group.path("rules")));
    }

    /** The panels that show something. */
    static Stream<JsonNode> dashboard(Manifests manifests) {
        return manifests
                .kind("ConfigMap")
                .filter(map ->
                        map.at("/metadata/labels/grafana_dashboard").asText().equals("1"))
                .flatMap(map -> map.path("data").properties().stream())
                .map(file -> json(file.getValue().asText()))
                .flatMap(dashboard -> Manifests.each(dashboard.path("panels")))
                .filter(panel -> !panel.path("type").asText().equals("row"));
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names asked for, without those that rules record and that Prometheus itself has. */
    static Set<String> asked(Manifests manifests) {
        Set<String> asked = new TreeSet<>();
        expressions(manifests).forEach(expression -> asked.addAll(in(expression)));
        rules(manifests).forEach(rule -> asked.remove(rule.path("record").asText()));
        asked.remove("up");
        return asked;
    }
}
