package io.anabranch.learn.train;

import io.anabranch.learn.probe.DepthChoice;
import io.anabranch.learn.probe.ProbeOptions;
import io.anabranch.learn.probe.ProbeReport;
import io.anabranch.learn.probe.TrainabilityProbe;
import io.anabranch.learn.probe.TrainingRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many layers a probe of the graph asks for, and its figures. */
record AutoDepth(ProbeReport report, DepthChoice choice) {

    static AutoDepth of(TrainingProblem problem, TrainingOptions options) {
        ProbeReport report = probe(problem, options, ProbeOptions.defaults());
        return new AutoDepth(report, DepthChoice.of(report, ProbeOptions.defaults()));
    }

    /** On the features as the training sees them. */
    static ProbeReport probe(TrainingProblem problem, TrainingOptions options, ProbeOptions probe) {
        TrainingRows rows = problem.objective().probed();
        if (rows == null) {
            throw new TrainingException(
                    "The task (%s) has no labels that a probe could explain, so the number of layers must be given."
                            .formatted(problem.objective().head().getTask()));
        }
        return TrainabilityProbe.measure(
                problem.messages(),
                options.convolution(),
                problem.features().times(problem.featureScale()),
                rows,
                probe);
    }

    /** Options with some number of layers, for what does not depend on it. */
    static TrainingOptions anyDepth(TrainingOptions options) {
        return options.layers() == TrainingOptions.AUTO
                ? options.toBuilder().layers(leastLayers(options)).build()
                : options;
    }

    /** The same options with the depth that was chosen; every stage has a layer at least. */
    TrainingOptions chosen(TrainingOptions options) {
        return options.toBuilder()
                .layers(Math.max(choice.depth(), leastLayers(options)))
                .build();
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>(report.notes());
        notes.add(choice.reason());
        return notes;
    }

    /** Of every hop and every stack of hops what tells depths apart, and what was seen of the layers' weights. */
    Map<String, Double> figures(LambdaWatch lambda) {
        Map<String, Double> figures = new TreeMap<>(report.named());
        figures.keySet().removeIf(name -> !name.endsWith("alignment") && !name.endsWith("_nonzero"));
        figures.put("probe.rows", (double) report.rows());
        figures.put("probe.depth", (double) choice.depth());
        figures.putAll(lambda.figures());
        return figures;
    }

    private static int leastLayers(TrainingOptions options) {
        return Math.max(1, options.depth().stageWidths().size());
    }
}
