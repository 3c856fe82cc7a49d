package io.anabranch.serve.inference;

import io.anabranch.inference.ModelMetadataRequest;
import io.anabranch.inference.ModelMetadataResponse;
import io.anabranch.inference.ModelReadyRequest;
import io.anabranch.inference.ModelReadyResponse;
import io.anabranch.inference.ModelStatisticsRequest;
import io.anabranch.inference.ModelStatisticsResponse;
import io.anabranch.inference.RepositoryIndexRequest;
import io.anabranch.inference.RepositoryIndexResponse;
import io.anabranch.inference.RepositoryModelLoadRequest;
import io.anabranch.inference.RepositoryModelLoadResponse;
import io.anabranch.inference.RepositoryModelUnloadRequest;
import io.anabranch.inference.RepositoryModelUnloadResponse;
import io.anabranch.inference.ServerLiveResponse;
import io.anabranch.inference.ServerMetadataResponse;
import io.anabranch.inference.ServerReadyResponse;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.predict.Readiness;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelState;
import io.anabranch.serve.registry.ModelVersion;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All of the protocol but ModelInfer, without a transport. Loading blocks; the rest does not. Problems are thrown. */
public final class RepositoryCalls {

    private static final String NAME = "anabranch";
    private static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "model_repository", "parameters", "statistics");
    /** What clients send along with every unload; no model here depends on another. */
    private static final String UNLOAD_DEPENDENTS = "unload_dependents";

    private final ModelRegistry registry;
    private final ModelPublisher publisher;
    private final OpenModels models;
    private final Supplier<List<String>> dead;
    private final Readiness readiness;
    private final InferenceMeter meter;
    private final String codeVersion;

    RepositoryCalls(
            ModelRegistry registry,
            ModelPublisher publisher,
            Supplier<List<String>> dead,
            Readiness readiness,
            InferenceMeter meter,
            String codeVersion) {
        this.registry = registry;
        this.publisher = publisher;
        this.models = new OpenModels(registry);
        this.dead = dead;
        this.readiness = readiness;
        this.meter = meter;
        this.codeVersion = codeVersion;
    }

    public ServerLiveResponse live() {
        return ServerLiveResponse.newBuilder().setLive(dead.get().isEmpty()).build();
    }

    public ServerReadyResponse ready() {
        return ServerReadyResponse.newBuilder()
                .setReady(readiness.pending().isEmpty())
                .build();
    }

    public ServerMetadataResponse metadata() {
        return ServerMetadataResponse.newBuilder()
                .setName(NAME)
                .setVersion(codeVersion)
                .addAllExtensions(EXTENSIONS)
                .build();
    }

    /** Not ready is an answer: the feeds have not caught up, no version is active, or the version is not covered or retired. */
    public ModelReadyResponse ready(ModelReadyRequest request) {
        return ModelReadyResponse.newBuilder().setReady(isReady(request)).build();
    }

    private boolean isReady(ModelReadyRequest request) {
        if (!readiness.pending().isEmpty()) {
            return false;
        }
        String name = models.model(request.getName());
        if (request.getVersion().isEmpty() && registry.catalog().active(name) == null) {
            return false;
        }
        ModelVersion version = registry.catalog().version(OpenModels.number(request.getVersion()));
        if (version != null && version.name().equals(name) && version.retired()) {
            return false;
        }
        return models.reason(
                        models.find(request.getName(), request.getVersion()).version())
                == null;
    }

    public ModelMetadataResponse metadata(ModelMetadataRequest request) {
        readiness.require();
        OpenModel model = models.find(request.getName(), request.getVersion());
        ModelMetadataResponse.Builder response =
                ModelMetadataResponse.newBuilder().setName(request.getName()).setPlatform(NAME);
        models.live(request.getName()).forEach(each -> response.addVersions(each.versionText()));
        model.inputs().forEach(input -> response.addInputs(tensor(input)));
        model.outputs().forEach(output -> response.addOutputs(tensor(output)));
        return response.build();
    }

    private static ModelMetadataResponse.TensorMetadata tensor(TensorSpec spec) {
        return ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(spec.datatype().name())
                .addAllShape(spec.shape())
                .build();
    }

    public ModelStatisticsResponse statistics(ModelStatisticsRequest request) {
        readiness.require();
        ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
        if (!request.getVersion().isEmpty()) {
            return response.addModelStats(meter.statistics(models.find(request.getName(), request.getVersion())))
                    .build();
        }
        List<OpenModel> live = models.live(request.getName().isEmpty() ? null : request.getName());
        if (live.isEmpty() && !request.getName().isEmpty()) {
            // Throws what is missing.
            models.find(request.getName(), "");
        }
        live.forEach(model -> response.addModelStats(meter.statistics(model)));
        return response.build();
    }

    public RepositoryIndexResponse index(RepositoryIndexRequest request) {
        requireOnlyRepository(request.getRepositoryName());
        String pending = String.join("; ", readiness.pending());
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        for (OpenModel model : models.live(null)) {
            String reason = pending.isEmpty() ? models.reason(model.version()) : pending;
            if (reason == null || !request.getReady()) {
                response.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                        .setName(model.name())
                        .setVersion(model.versionText())
                        .setState(reason == null ? "READY" : "UNAVAILABLE")
                        .setReason(reason == null ? "" : reason));
            }
        }
        return response.build();
    }

    /**
     * Makes sure that the model has an active version. One that has is left as it is: which version answers is for promotion and rollback
     * to say.
     */
    public RepositoryModelLoadResponse load(RepositoryModelLoadRequest request) {
        requireOnlyRepository(request.getRepositoryName());
        requireKnown(request.getParametersMap().keySet(), Set.of());
        readiness.require();
        String name = models.model(request.getModelName());
        if (registry.catalog().active(name) == null) {
            ModelVersion covered = newestCovered(name);
            if (covered == null) {
                throw Problem.unmet(
                        "VERSION_NOT_COVERED",
                        "No version of model %s has the embeddings of all partitions yet.".formatted(name));
            }
            publisher.promote(name, covered.version());
        }
        if (models.live(request.getModelName()).isEmpty()) {
            throw Problem.missing(
                    ResourceKind.TASK, request.getModelName(), "Model %s has no such task.".formatted(name));
        }
        return RepositoryModelLoadResponse.getDefaultInstance();
    }

    private @Nullable ModelVersion newestCovered(String name) {
        ModelVersion newest = null;
        for (ModelVersion version : registry.catalog().versions(name)) {
            if (registry.state(version) == ModelState.COVERED) {
                newest = version;
            }
        }
        return newest;
    }

    /** Always fails: nothing that could be undone by a load takes a model away from all replicas. */
    public RepositoryModelUnloadResponse unload(RepositoryModelUnloadRequest request) {
        requireOnlyRepository(request.getRepositoryName());
        requireKnown(request.getParametersMap().keySet(), Set.of(UNLOAD_DEPENDENTS));
        readiness.require();
        throw new Problem.Unsupported(
                        "Model %s stays loaded: a version is retired for good, with its embeddings, when newer ones have taken its place."
                                .formatted(models.model(request.getModelName())))
                .exception();
    }

    private static void requireOnlyRepository(String name) {
        if (!name.isEmpty()) {
            throw Problem.invalid(
                    "repository_name",
                    "Must be empty: there is one repository, the models topic, but is %s.".formatted(name));
        }
    }

    private static void requireKnown(Set<String> given, Set<String> known) {
        for (String name : new TreeSet<>(given)) {
            if (!known.contains(name)) {
                throw Problem.invalid("parameters." + name, "Is unknown; models come by ImportModel or a training.");
            }
        }
    }
}
