package io.anabranch.standalone.chaos;

import io.anabranch.model.v1.Convolution;
import java.util.List;

/** What the layers of a model are. */
enum ModelKind {
    GCN(Convolution.CONVOLUTION_GCN),
    MEAN(Convolution.CONVOLUTION_SAGE_MEAN),
    GAT(Convolution.CONVOLUTION_GAT),
    MAX(Convolution.CONVOLUTION_SAGE_MAX),
    SUM(Convolution.CONVOLUTION_SAGE_SUM),
    RELATIONAL_MEAN(Convolution.CONVOLUTION_SAGE_MEAN, "pays", ""),
    MIN(Convolution.CONVOLUTION_SAGE_MIN),
    RELATIONAL_MIN(Convolution.CONVOLUTION_SAGE_MIN, "pays", ""),
    RELATIONAL_SUM(Convolution.CONVOLUTION_SAGE_SUM, "knows", ""),
    RELATIONAL_MAX(Convolution.CONVOLUTION_SAGE_MAX, "pays", "knows"),
    /** Reads histories. */
    HISTORY_MEAN(Convolution.CONVOLUTION_SAGE_MEAN);

    private final Convolution convolution;
    private final List<String> relations;

    ModelKind(Convolution convolution, String... relations) {
        this.convolution = convolution;
        this.relations = List.of(relations);
    }

    Convolution convolution() {
        return convolution;
    }

    boolean history() {
        return this == HISTORY_MEAN;
    }

    List<String> relations() {
        return relations;
    }
}
