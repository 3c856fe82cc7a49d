package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.history.EventLog;
import io.anabranch.learn.history.GraphHistories;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.Safetensors;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.stream.StreamConfig;
import io.anabranch.v1.ExportModelRequest;
import io.anabranch.v1.ExportModelResponse;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.GetTrainingRequest;
import io.anabranch.v1.HistoryOptions;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.TrainingJob;
import io.anabranch.v1.TrainingOptions;
import io.anabranch.v1.TrainingState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that reads histories, trained on the events that the service took and served on those that come afterwards: late, twice, erased, deleted. */
class HistoryTrainingIT {

    private static final int PARTITIONS = 3;
    private static final int DIMENSION = 3;
    private static final int NODES = 60;
    private static final long BEGIN = 1_700_000_000_000L;
    private static final ModelSelector MODEL =
            ModelSelector.newBuilder().setName("reader").build();

    private final SplittableRandom random = new SplittableRandom(12);

    @TempDir
    private Path folder = Path.of(".");

    private List<GraphMutation> nodes() {
        List<GraphMutation> mutations = new ArrayList<>();
        for (int v = 0; v < NODES; v++) {
            float[] row = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                row[j] = (float) random.nextGaussian();
            }
            mutations.add(new GraphMutation.UpsertNode("n" + v, "", FeatureVector.dense(row), BEGIN));
            Part part = v % 3 == 0 ? Part.VALIDATION : Part.TRAIN;
            mutations.add(new GraphMutation.SetLabel(
                    "n" + v,
                    new Label("side", new LabelValue.OneClass(v < NODES / 2 ? "left" : "right"), part),
                    BEGIN));
        }
        return mutations;
    }

    /** In no order, some twice, some taken back. */
    private List<GraphMutation> events(int count) {
        List<GraphMutation> mutations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String source = "n" + (i % 5 == 0 ? 0 : random.nextInt(NODES));
            EdgeId edge = new EdgeId(source, "n" + random.nextInt(NODES), random.nextBoolean() ? "" : "pays");
            long time = BEGIN + 1 + random.nextInt(1_000_000);
            mutations.add(new GraphMutation.UpsertEdge(edge, random.nextInt(4), Provenance.OBSERVED, time));
            switch (random.nextInt(12)) {
                case 0 -> mutations.add(mutations.getLast());
                case 1 -> mutations.add(new GraphMutation.EraseEdge(edge, time, time + 1));
                case 2 -> mutations.add(new GraphMutation.RemoveEdge(edge, time + 1));
                default -> {}
            }
        }
        return mutations;
    }

    @Test
    void whatIsServedIsWhatTheTrainerWouldReadInTheWholeHistory() throws Exception {
        try (Brokers broker = new Brokers(folder.resolve("broker"));
                Site site = Site.start(
                        broker.bootstrapServers(),
                        "reading",
                        folder,
                        PARTITIONS,
                        DIMENSION,
                        Map.of(StreamConfig.HISTORIES, "true"))) {
            List<GraphMutation> mutations = new ArrayList<>(nodes());
            mutations.addAll(events(300));
            site.publish(mutations);
            site.awaitDrained();
            TrainingJob job = trained(site);
            GraphHistories learnt = EventLog.of(mutations.stream()).of(Parity.fold(mutations, DIMENSION));
            assertThat(job.getNotesList())
                    .anyMatch(note -> note.startsWith("Histories: %d steps".formatted(learnt.total())));

            List<GraphMutation> later = new ArrayList<>(events(200));
            later.add(new GraphMutation.RemoveNode("n7", BEGIN + 500_000));
            site.publish(later);
            site.awaitDrained();
            mutations.addAll(later);
            GraphSnapshot graph = Parity.fold(mutations, DIMENSION);
            ExportModelResponse model = site.server()
                    .modelCalls()
                    .export(ExportModelRequest.newBuilder().setModel(MODEL).build());
            Parity.of(
                            graph,
                            model.getSpec(),
                            ModelTensors.of(
                                    Safetensors.parse(model.getSafetensors().toByteArray())
                                            .tensors()),
                            EventLog.of(mutations.stream()).of(graph))
                    .assertEmbeddings(
                            site,
                            site.server()
                                    .modelCalls()
                                    .get(GetModelRequest.newBuilder()
                                            .setModel(MODEL)
                                            .build())
                                    .getModel());
        }
    }

    private static TrainingJob trained(Site site) throws InterruptedException {
        String id = site.server()
                .modelCalls()
                .startTraining(StartTrainingRequest.newBuilder()
                        .setModelName(MODEL.getName())
                        .setTask("side")
                        .setOptions(TrainingOptions.newBuilder()
                                .setConvolution(Convolution.CONVOLUTION_SAGE_MEAN)
                                .setEmbeddingWidth(6)
                                .setMaxEpochs(20)
                                .setHistory(HistoryOptions.newBuilder()
                                        .setCell(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU)
                                        .setWidth(8)))
                        .build())
                .getJob()
                .getJobId();
        Eventually.holds(
                Site.PATIENCE,
                () -> job(site, id).getState() == TrainingState.TRAINING_STATE_SERVING,
                () -> job(site, id).toString());
        return job(site, id);
    }

    private static TrainingJob job(Site site, String id) {
        return site.server()
                .modelCalls()
                .getTraining(GetTrainingRequest.newBuilder().setJobId(id).build())
                .getJob();
    }
}
