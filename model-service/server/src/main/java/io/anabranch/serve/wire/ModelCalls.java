package io.anabranch.serve.wire;

import com.google.protobuf.ByteString;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.learn.model.InvalidModelException;
import io.anabranch.learn.model.ModelImport;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ModelChooser;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.train.TrainingJobs;
import io.anabranch.v1.CancelTrainingRequest;
import io.anabranch.v1.CancelTrainingResponse;
import io.anabranch.v1.ExportModelRequest;
import io.anabranch.v1.ExportModelResponse;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.GetModelResponse;
import io.anabranch.v1.GetTrainingRequest;
import io.anabranch.v1.GetTrainingResponse;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ImportModelResponse;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ListModelsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.PromoteModelResponse;
import io.anabranch.v1.RollbackModelRequest;
import io.anabranch.v1.RollbackModelResponse;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.StartTrainingResponse;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/**
 * ModelService without a transport. Promotion, rollback, import and export block; the rest does not. Problems are
 * thrown.
 */
public final class ModelCalls {

    private final ModelRegistry registry;
    private final ModelChooser chooser;
    private final ModelPublisher publisher;
    private final EmbeddingView view;
    private final TrainingJobs jobs;
    private final PlanPolicy aggregation;
    private final int featureDimension;
    private final String codeVersion;
    private final Clock clock;

    /** @param aggregation of trainings that don't say it themselves */
    public ModelCalls(
            ModelRegistry registry,
            ModelPublisher publisher,
            EmbeddingView view,
            TrainingJobs jobs,
            PlanPolicy aggregation,
            int featureDimension,
            String codeVersion,
            Clock clock) {
        this.registry = registry;
        this.chooser = new ModelChooser(registry);
        this.publisher = publisher;
        this.view = view;
        this.jobs = jobs;
        this.aggregation = aggregation;
        this.featureDimension = featureDimension;
        this.codeVersion = codeVersion;
        this.clock = clock;
    }

    public ListModelsResponse list(ListModelsRequest request) {
        List<ModelVersion> versions = request.getName().isEmpty()
                ? registry.catalog().versions()
                : registry.catalog().versions(request.getName());
        ListModelsResponse.Builder response = ListModelsResponse.newBuilder();
        versions.forEach(version -> response.addModels(model(version)));
        return response.build();
    }

    public GetModelResponse get(GetModelRequest request) {
        return GetModelResponse.newBuilder()
                .setModel(model(chooser.any(Mapping.choice(request.getModel()))))
                .build();
    }

    public PromoteModelResponse promote(PromoteModelRequest request) {
        requireName(request.getName());
        if (request.getVersion() < 1) {
            throw Problem.invalid("version", "Must be positive, but is %d.".formatted(request.getVersion()));
        }
        return PromoteModelResponse.newBuilder()
                .setModel(model(publisher.promote(request.getName(), request.getVersion())))
                .build();
    }

    public RollbackModelResponse rollback(RollbackModelRequest request) {
        requireName(request.getName());
        return RollbackModelResponse.newBuilder()
                .setModel(model(publisher.rollback(request.getName())))
                .build();
    }

    public ImportModelResponse importModel(ImportModelRequest request) {
        if (!request.hasSpec()) {
            throw Problem.invalid("spec", "Is missing.");
        }
        if (request.getSafetensors().isEmpty()) {
            throw Problem.invalid("safetensors", "Is missing.");
        }
        if (request.getSpec().getFeatureDimension() != featureDimension) {
            throw Problem.invalid(
                    "spec.feature_dimension",
                    "Is %d, but the nodes of this graph have %d features."
                            .formatted(request.getSpec().getFeatureDimension(), featureDimension));
        }
        ModelSnapshot snapshot;
        try {
            snapshot =
                    ModelImport.read(request.getSpec(), request.getSafetensors().toByteArray(), codeVersion, clock);
        } catch (InvalidModelException e) {
            throw Problem.invalid("safetensors", String.valueOf(e.getMessage()));
        }
        return ImportModelResponse.newBuilder()
                .setModel(model(publisher.publish(snapshot)))
                .build();
    }

    public ExportModelResponse export(ExportModelRequest request) {
        ModelVersion version = chooser.any(Mapping.choice(request.getModel()));
        ModelSnapshot snapshot = version.snapshot();
        if (version.retired() || snapshot == null) {
            throw Problem.missing(
                    ResourceKind.VERSION,
                    version.name() + "/" + version.version(),
                    "Version %d of model %s is retired; its weights are gone."
                            .formatted(version.version(), version.name()));
        }
        return ExportModelResponse.newBuilder()
                .setSpec(snapshot.getSpec())
                .setSafetensors(ByteString.copyFrom(ModelImport.export(snapshot)))
                .build();
    }

    public StartTrainingResponse startTraining(StartTrainingRequest request) {
        return StartTrainingResponse.newBuilder()
                .setJob(Mapping.job(jobs.submit(OrderReader.read(request, aggregation))))
                .build();
    }

    public GetTrainingResponse getTraining(GetTrainingRequest request) {
        requireJob(request.getJobId());
        return GetTrainingResponse.newBuilder()
                .setJob(Mapping.job(jobs.get(request.getJobId())))
                .build();
    }

    /**
     * Tells the present status and every later one until the job ends, from the threads that change it, one at a time.
     *
     * @return ends the watching
     */
    public Runnable watchTraining(WatchTrainingRequest request, Consumer<WatchTrainingResponse> watcher) {
        requireJob(request.getJobId());
        return jobs.watch(
                request.getJobId(),
                status -> watcher.accept(WatchTrainingResponse.newBuilder()
                        .setJob(Mapping.job(status))
                        .build()));
    }

    public CancelTrainingResponse cancelTraining(CancelTrainingRequest request) {
        requireJob(request.getJobId());
        return CancelTrainingResponse.newBuilder()
                .setJob(Mapping.job(jobs.cancel(request.getJobId())))
                .build();
    }

    private Model model(ModelVersion version) {
        return Mapping.model(registry, version, view.size(version.version()));
    }

    private static void requireName(String name) {
        if (name.isEmpty()) {
            throw Problem.invalid("name", "Is missing.");
        }
    }

    private static void requireJob(String id) {
        if (id.isEmpty()) {
            throw Problem.invalid("job_id", "Is missing.");
        }
    }
}
