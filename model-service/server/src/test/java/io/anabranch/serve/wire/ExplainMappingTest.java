package io.anabranch.serve.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.serve.explain.ExplainQuery;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.v1.ExplainRequest;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.NodePair;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainMappingTest {

    @Test
    void whatIsNotSaidIsOfTheDefault() {
        ExplainQuery query =
                ExplainMapping.query(ExplainRequest.newBuilder().setNodeId("a").build());
        assertThat(query)
                .isEqualTo(new ExplainQuery(
                        ModelChoice.ANY, "", List.of("a"), "", "", new ExplainQuery.Limits(20, 10, 5, 10, 0), 0));
    }

    @Test
    void everythingThatIsSaidCounts() {
        ExplainQuery query = ExplainMapping.query(ExplainRequest.newBuilder()
                .setModel(ModelSelector.newBuilder().setVersion(7))
                .setTask("task")
                .setPair(NodePair.newBuilder().setSource("a").setTarget("b"))
                .setClassName("one")
                .setAgainstClassName("other")
                .setMaxEdges(31)
                .setMaxNodes(32)
                .setMaxFeatures(33)
                .setMaxChanges(34)
                .setChangedSinceMs(35)
                .setLeaveOneOut(30)
                .build());
        assertThat(query)
                .isEqualTo(new ExplainQuery(
                        Mapping.choice(ModelSelector.newBuilder().setVersion(7).build()),
                        "task",
                        List.of("a", "b"),
                        "one",
                        "other",
                        new ExplainQuery.Limits(31, 32, 33, 34, 35),
                        30));
        assertThat(query.choice()).isNotEqualTo(ModelChoice.ANY);
        assertThatThrownBy(() -> ExplainMapping.query(ExplainRequest.getDefaultInstance()))
                .hasMessageContaining("subject");
    }
}
