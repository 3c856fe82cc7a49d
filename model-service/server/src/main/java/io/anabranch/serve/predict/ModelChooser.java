package io.anabranch.serve.predict;

import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.ModelAlias;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.predict.Route.Role;
import io.anabranch.serve.registry.Catalog;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelState;
import io.anabranch.serve.registry.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the version, and the head, that a request means. */
public final class ModelChooser {

    private final ModelRegistry registry;

    public ModelChooser(ModelRegistry registry) {
        this.registry = registry;
    }

    /** The chosen version, whatever its state; all may be absent where one model is there. Never a canary. */
    public ModelVersion any(ModelChoice choice) {
        Catalog catalog = registry.catalog();
        requireOne(choice);
        if (choice.version() != 0) {
            return numbered(catalog, choice);
        }
        return choice.alias().isEmpty()
                ? active(catalog, choice.name(), v -> true, "")
                : aliased(catalog, choice, v -> true);
    }

    /** The chosen version, with exact embeddings. */
    ModelVersion readable(ModelChoice choice, Predicate<ModelVersion> suits, String wanted) {
        return route(choice, suits, wanted).version();
    }

    /** The same, and why it is that. One look at the catalog decides all of it. */
    Route route(ModelChoice choice, Predicate<ModelVersion> suits, String wanted) {
        Catalog catalog = registry.catalog();
        requireOne(choice);
        if (choice.version() != 0) {
            return Route.to(covered(numbered(catalog, choice)), Role.VERSION);
        }
        if (!choice.alias().isEmpty()) {
            return Route.to(covered(aliased(catalog, choice, suits)), Role.ALIAS);
        }
        ModelVersion active = active(catalog, choice.name(), suits, wanted);
        ModelAlias rollout = catalog.alias(active.name());
        ModelVersion canary = beside(catalog, rollout.getCanary().getVersion(), suits);
        if (canary != null
                && !choice.routingKey().isEmpty()
                && Share.holds(rollout.getCanary().getPercent(), canary.version(), choice.routingKey())) {
            return Route.to(canary, Role.CANARY);
        }
        ModelVersion shadow = beside(catalog, rollout.getShadow().getVersion(), v -> true);
        return new Route(active, Role.ACTIVE, shadow, shadow == null ? null : rollout.getShadow());
    }

    /** A canary or shadow steps back while its embeddings are being computed anew, and where it lacks what is asked for. */
    private @Nullable ModelVersion beside(Catalog catalog, long version, Predicate<ModelVersion> suits) {
        ModelVersion found = version == 0 ? null : catalog.version(version);
        return found != null && registry.state(found) == ModelState.COVERED && suits.test(found) ? found : null;
    }

    private static void requireOne(ModelChoice choice) {
        if (choice.version() != 0 && !choice.alias().isEmpty()) {
            throw Problem.invalid(
                    "model.alias", "Must be empty where a version is named, but is " + choice.alias() + ".");
        }
    }

    private ModelVersion covered(ModelVersion version) {
        return switch (registry.state(version)) {
            case ACTIVE, COVERED -> version;
            case RETIRED ->
                throw Problem.unmet(
                        "VERSION_RETIRED",
                        "Version %d of model %s is retired.".formatted(version.version(), version.name()));
            case FILLING ->
                throw Problem.unmet(
                        "VERSION_NOT_COVERED",
                        "The embeddings of version %d of model %s are still being computed (%d of %d partitions)."
                                .formatted(
                                        version.version(),
                                        version.name(),
                                        registry.coverage().count(version.version()),
                                        registry.coverage().partitions()));
        };
    }

    private static ModelVersion aliased(Catalog catalog, ModelChoice choice, Predicate<ModelVersion> suits) {
        List<String> names = choice.name().isEmpty() ? catalog.names() : List.of(choice.name());
        List<ModelVersion> candidates = new ArrayList<>();
        for (String name : names) {
            if (catalog.versions(name).isEmpty()) {
                throw unknownModel(name);
            }
            ModelVersion version = catalog.version(catalog.alias(name).getAliasesOrDefault(choice.alias(), 0));
            if (version != null && (!choice.name().isEmpty() || suits.test(version))) {
                candidates.add(version);
            }
        }
        if (candidates.size() > 1) {
            throw Problem.invalid(
                    "model.name",
                    "Must be one of %s: they all have the alias %s."
                            .formatted(
                                    candidates.stream().map(ModelVersion::name).toList(), choice.alias()));
        }
        if (candidates.isEmpty()) {
            throw Problem.missing(
                    ResourceKind.ALIAS,
                    choice.name() + "/" + choice.alias(),
                    choice.name().isEmpty()
                            ? "No model that has what is asked for has the alias %s.".formatted(choice.alias())
                            : "Model %s has no alias %s.".formatted(choice.name(), choice.alias()));
        }
        return candidates.getFirst();
    }

    private static ModelVersion numbered(Catalog catalog, ModelChoice choice) {
        ModelVersion version = catalog.version(choice.version());
        if (version == null || !choice.name().isEmpty() && !version.name().equals(choice.name())) {
            if (!choice.name().isEmpty() && catalog.versions(choice.name()).isEmpty()) {
                throw unknownModel(choice.name());
            }
            String what = choice.name().isEmpty()
                    ? "There is no version %d.".formatted(choice.version())
                    : "Model %s has no version %d.".formatted(choice.name(), choice.version());
            throw Problem.missing(ResourceKind.VERSION, choice.name() + "/" + choice.version(), what);
        }
        return version;
    }

    private static ModelVersion active(Catalog catalog, String name, Predicate<ModelVersion> suits, String wanted) {
        if (!name.isEmpty()) {
            ModelVersion active = catalog.active(name);
            if (active == null) {
                throw catalog.versions(name).isEmpty()
                        ? unknownModel(name)
                        : noneActive("No version of model %s is active yet.".formatted(name));
            }
            return active;
        }
        List<ModelVersion> candidates = new ArrayList<>();
        int active = 0;
        for (String each : catalog.names()) {
            ModelVersion version = catalog.active(each);
            if (version != null) {
                active++;
                if (suits.test(version)) {
                    candidates.add(version);
                }
            }
        }
        if (candidates.size() > 1) {
            throw Problem.invalid(
                    "model.name",
                    "Must be one of %s: they all %s."
                            .formatted(
                                    candidates.stream().map(ModelVersion::name).toList(),
                                    wanted.isEmpty() ? "are active" : "have " + wanted));
        }
        if (candidates.isEmpty()) {
            if (catalog.names().isEmpty()) {
                throw Problem.missing(ResourceKind.MODEL, "", "There is no model yet. Maybe start a training.");
            }
            throw active == 0
                    ? noneActive("No model has an active version yet.")
                    : Problem.missing(ResourceKind.TASK, "", "No active model has %s.".formatted(wanted));
        }
        return candidates.getFirst();
    }

    /** The head of the task; empty: the only one of these kinds. */
    static Head head(ModelVersion version, String task, Predicate<Head> kind, String wanted) {
        List<Head> heads = version.spec().getHeadsList().stream()
                .filter(kind)
                .filter(head -> task.isEmpty() || head.getTask().equals(task))
                .toList();
        if (heads.size() > 1) {
            throw Problem.invalid(
                    "task",
                    "Must be one of %s: model %s has them all."
                            .formatted(heads.stream().map(Head::getTask).toList(), version.name()));
        }
        if (heads.isEmpty()) {
            throw Problem.missing(
                    ResourceKind.TASK,
                    task,
                    "Version %d of model %s has no %s%s."
                            .formatted(version.version(), version.name(), wanted, task.isEmpty() ? "" : " " + task));
        }
        return heads.getFirst();
    }

    private static ProblemException unknownModel(String name) {
        return Problem.missing(ResourceKind.MODEL, name, "There is no model named %s.".formatted(name));
    }

    private static ProblemException noneActive(String message) {
        return Problem.unmet("NO_ACTIVE_VERSION", message);
    }
}
