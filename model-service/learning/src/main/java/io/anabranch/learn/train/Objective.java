package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.probe.TrainingRows;
import io.anabranch.model.v1.Head;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One task on one graph: what to minimise, what to measure, and the head that the model gets. */
sealed interface Objective permits MultiClassObjective, MultiLabelObjective, LinkObjective, RegressionObjective {

    Head head();

    /** How many logits there are; 0: as many as the embedding is wide. */
    int logits();

    /** Whether a linear map lies between embedding and logits even where no embedding width was asked for. */
    boolean alwaysLinear();

    /** The scalar to minimise, over the train part, from the logits of all vertices. */
    Variable loss(Variable logits, RandomGenerator random);

    /** The figures of one part by name, {@code loss} among them; empty where the part has no rows. */
    Map<String, Double> evaluate(Part part, Embeddings logits);

    /** What a probe of the graph is to explain: the labels of the train part, each row less its mean; null where there are none. */
    @Nullable
    TrainingRows probed();

    /** Which of the figures the weights are chosen by. */
    String metricName();

    /** Whether a smaller value of that figure is the better one. */
    default boolean smallerIsBetter() {
        return false;
    }
}
