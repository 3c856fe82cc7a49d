package io.anabranch.serve.wire;

import com.google.protobuf.ByteString;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.learn.model.InvalidModelException;
import io.anabranch.learn.model.ModelImport;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.predict.ModelChooser;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.train.TrainingJobs;
import io.anabranch.serve.train.TrainingOrder;
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
import io.anabranch.v1.ListTrainingsRequest;
import io.anabranch.v1.ListTrainingsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.StartTrainingResponse;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import java.time.Clock;
import java.util.function.Consumer;

/** Versions, weights and trainings of ModelService, without a transport. Import and export block; the rest does not. Problems are thrown. */
public final class ModelCalls {

    private final ModelRegistry registry;
    private final ModelChooser chooser;
    private final ModelPublisher publisher;
    private final ModelListing listing;
    private final ModelMessages messages;
    private final TrainingJobs jobs;
    private final PlanPolicy aggregation;
    private final boolean histories;
    private final int featureDimension;
    private final String codeVersion;
    private final Clock clock;

    /**
     * @param aggregation of trainings that don't say it themselves
     * @param histories whether what nodes did is kept, so that a model may read it
     */
    public ModelCalls(
            ModelRegistry registry,
            ModelPublisher publisher,
            ModelMessages messages,
            TrainingJobs jobs,
            PlanPolicy aggregation,
            boolean histories,
            int featureDimension,
            String codeVersion,
            Clock clock) {
        this.registry = registry;
        this.chooser = new ModelChooser(registry);
        this.publisher = publisher;
        this.listing = new ModelListing(registry, messages);
        this.messages = messages;
        this.jobs = jobs;
        this.aggregation = aggregation;
        this.histories = histories;
        this.featureDimension = featureDimension;
        this.codeVersion = codeVersion;
        this.clock = clock;
    }

    public ListModelsResponse list(ListModelsRequest request) {
        return listing.page(request);
    }

    public GetModelResponse get(GetModelRequest request) {
        ReadMask mask = ReadMask.of(request.getReadMask(), Model.getDescriptor());
        return GetModelResponse.newBuilder()
                .setModel(mask.trim(messages.of(chooser.any(Mapping.choice(request.getModel())))))
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
        if (request.getSpec().hasHistory()) {
            requireHistories(
                    "Model %s reads histories".formatted(request.getSpec().getName()));
        }
        Requests.requireRequestId(request.getRequestId());
        ModelSnapshot snapshot;
        try {
            snapshot =
                    ModelImport.read(request.getSpec(), request.getSafetensors().toByteArray(), codeVersion, clock);
        } catch (InvalidModelException e) {
            throw Problem.invalid("safetensors", String.valueOf(e.getMessage()));
        }
        return ImportModelResponse.newBuilder()
                .setModel(messages.of(publisher.publish(snapshot, request.getRequestId())))
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
        TrainingOrder order = OrderReader.read(request, aggregation);
        if (!order.options().history().none()) {
            requireHistories("A training reads histories");
        }
        return StartTrainingResponse.newBuilder()
                .setJob(Mapping.job(jobs.submit(order)))
                .build();
    }

    private void requireHistories(String who) {
        if (!histories) {
            throw Problem.unmet(
                    "HISTORIES_OFF", "%s, but none are kept: anabranch.graph.histories is false.".formatted(who));
        }
    }

    public GetTrainingResponse getTraining(GetTrainingRequest request) {
        requireJob(request.getJobId());
        return GetTrainingResponse.newBuilder()
                .setJob(Mapping.job(jobs.get(request.getJobId())))
                .build();
    }

    public ListTrainingsResponse listTrainings(ListTrainingsRequest request) {
        return ListTrainingsResponse.newBuilder()
                .addAllJobs(jobs.list().stream().map(Mapping::job).toList())
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

    private static void requireJob(String id) {
        if (id.isEmpty()) {
            throw Problem.invalid("job_id", "Is missing.");
        }
    }
}
