package io.anabranch.serve.inference;

import io.anabranch.model.v1.Head;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.ModelChooser;
import io.anabranch.serve.registry.Catalog;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The registry by the protocol's names. A name that a model has is that model's embeddings; otherwise what stands behind the last
 * {@code :} that leaves a model's name is the task. Any thread.
 */
final class OpenModels {

    private static final Pattern VERSION = Pattern.compile("[1-9]\\d{0,17}");

    private final ModelRegistry registry;
    private final ModelChooser chooser;

    OpenModels(ModelRegistry registry) {
        this.registry = registry;
        this.chooser = new ModelChooser(registry);
    }

    /**
     * @param version empty: the active one
     * @throws io.anabranch.serve.ProblemException with {@link Problem.Missing} where model, version or task is unknown, with
     *     {@link Problem.Unmet} where no version is active or the version is retired
     */
    OpenModel find(String name, String version) {
        Parts parts = parts(name);
        ModelVersion found = chooser.any(new ModelChoice(parts.model(), number(version)));
        if (found.retired()) {
            throw Problem.unmet(
                    "VERSION_RETIRED", "Version %d of model %s is retired.".formatted(found.version(), found.name()));
        }
        if (parts.task() == null) {
            return OpenModel.embeddings(found);
        }
        for (Head head : found.spec().getHeadsList()) {
            if (head.getTask().equals(parts.task())) {
                return OpenModel.task(found, head);
            }
        }
        throw Problem.missing(
                ResourceKind.TASK,
                parts.task(),
                "Version %d of model %s has no task %s.".formatted(found.version(), found.name(), parts.task()));
    }

    /** The question of this task, empty for embeddings, to a version; null: there is no such version or task. */
    @Nullable
    OpenModel of(long version, String task) {
        ModelVersion found = registry.catalog().version(version);
        if (found == null) {
            return null;
        }
        if (task.isEmpty()) {
            return OpenModel.embeddings(found);
        }
        return found.spec().getHeadsList().stream()
                .filter(head -> head.getTask().equals(task))
                .findFirst()
                .map(head -> OpenModel.task(found, head))
                .orElse(null);
    }

    /** The model's own name. */
    String model(String name) {
        return parts(name).model();
    }

    /** Every question to every live version of this name, oldest first; null: of all names. */
    List<OpenModel> live(@Nullable String name) {
        List<OpenModel> models = new ArrayList<>();
        for (ModelVersion version : registry.catalog().versions()) {
            if (!version.retired()) {
                add(models, OpenModel.embeddings(version), name);
                for (Head head : version.spec().getHeadsList()) {
                    add(models, OpenModel.task(version, head), name);
                }
            }
        }
        return models;
    }

    private static void add(List<OpenModel> models, OpenModel model, @Nullable String name) {
        if (name == null || model.name().equals(name)) {
            models.add(model);
        }
    }

    /** Why the version cannot be asked; null: it can. */
    @Nullable
    String reason(ModelVersion version) {
        return switch (registry.state(version)) {
            case ACTIVE, COVERED -> null;
            case RETIRED -> "retired";
            case FILLING ->
                "embeddings are being computed (%d of %d partitions)"
                        .formatted(
                                registry.coverage().count(version.version()),
                                registry.coverage().partitions());
        };
    }

    private record Parts(String model, @Nullable String task) {}

    private Parts parts(String name) {
        if (name.isEmpty()) {
            throw Problem.invalid("model_name", "Is missing.");
        }
        Catalog catalog = registry.catalog();
        if (!catalog.versions(name).isEmpty()) {
            return new Parts(name, null);
        }
        int end = name.lastIndexOf(OpenModel.TASK_SEPARATOR);
        while (end > 0) {
            String model = name.substring(0, end);
            if (!catalog.versions(model).isEmpty()) {
                return new Parts(model, name.substring(end + 1));
            }
            end = name.lastIndexOf(OpenModel.TASK_SEPARATOR, end - 1);
        }
        throw Problem.missing(ResourceKind.MODEL, name, "There is no model named %s.".formatted(name));
    }

    static long number(String version) {
        if (version.isEmpty()) {
            return 0;
        }
        if (!VERSION.matcher(version).matches()) {
            throw Problem.invalid("model_version", "Must be a positive whole number, but is %s.".formatted(version));
        }
        return Long.parseLong(version);
    }
}
