package io.anabranch.serve.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.Provenance;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.history.EventLog;
import io.anabranch.learn.history.GraphHistories;
import io.anabranch.update.v1.Clock;
import io.anabranch.update.v1.NodeRegister;
import io.anabranch.update.v1.Registers;
import io.anabranch.update.v1.StepRegister;
import io.anabranch.update.v1.UpdateRecord;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UpdateEventsTest {

    private final EventLog log = new EventLog();

    private void take(UpdateRecord.Builder update) throws InvalidProtocolBufferException {
        UpdateEvents.take(update.build().toByteArray(), log);
    }

    private static GraphEvent.Builder edge(String source, String target, Provenance provenance, long time) {
        return GraphEvent.newBuilder()
                .setEventTimeMs(time)
                .setEdgeUpsert(EdgeUpsert.newBuilder()
                        .setSource(source)
                        .setTarget(target)
                        .setWeight(2)
                        .setProvenance(provenance));
    }

    private static UpdateRecord.Builder fact(GraphEvent.Builder event) {
        return UpdateRecord.newBuilder().setFact(event);
    }

    private List<String> steps(String vertex) {
        GraphHistories histories =
                log.of(GraphSnapshot.builder(1).node(vertex, "", null).build());
        return IntStream.range(0, histories.total())
                .mapToObj(i -> (histories.source(i) ? "to " : "from ") + histories.time(i) + " " + histories.weight(i))
                .toList();
    }

    @Test
    void observedEdgesAreStepsOfBothEndsOnce() throws InvalidProtocolBufferException {
        GraphEvent.Builder event = edge("a", "b", Provenance.PROVENANCE_OBSERVED, 10);
        take(fact(event));
        take(UpdateRecord.newBuilder().setSourceStep(event));
        take(fact(edge("b", "a", Provenance.PROVENANCE_LEARNED, 20)));
        take(UpdateRecord.newBuilder().setClock(Clock.newBuilder().setTimeMs(30)));

        assertThat(steps("a")).containsExactly("to 10 2.0");
        assertThat(steps("b")).containsExactly("from 10 2.0");
    }

    @Test
    void erasuresAndDeletesHold() throws InvalidProtocolBufferException {
        take(fact(edge("a", "b", Provenance.PROVENANCE_OBSERVED, 10)));
        take(fact(edge("a", "b", Provenance.PROVENANCE_OBSERVED, 20)));
        take(fact(edge("a", "b", Provenance.PROVENANCE_OBSERVED, 30)));
        take(fact(GraphEvent.newBuilder()
                .setEventTimeMs(40)
                .setEdgeErase(
                        EdgeErase.newBuilder().setSource("a").setTarget("b").setErasedTimeMs(20))));
        take(fact(GraphEvent.newBuilder()
                .setEventTimeMs(10)
                .setNodeDelete(NodeDelete.newBuilder().setId("b"))));

        assertThat(steps("a")).containsExactly("to 10 2.0", "to 30 2.0");
        assertThat(steps("b")).containsExactly("from 30 2.0");
    }

    @Test
    void ofASnapshotTheStepsCountAndItsEdgesDoNot() throws InvalidProtocolBufferException {
        Registers.Builder registers =
                Registers.newBuilder().addTexts("a").addTexts("b").addTexts("");
        registers.getEdgesBuilder().addTargets(1).addSources(0).addTypes(2).addTimeStepsMs(90);
        registers
                .addSteps(StepRegister.newBuilder()
                        .setVertex(1)
                        .setOther(0)
                        .setType(2)
                        .setTimeMs(10)
                        .setWeight(3))
                .addSteps(StepRegister.newBuilder()
                        .setVertex(0)
                        .setOther(1)
                        .setSource(true)
                        .setType(2)
                        .setTimeMs(20)
                        .setWeight(4))
                .addNodes(NodeRegister.newBuilder().setId(0).setDeleteTimeMs(15));
        take(UpdateRecord.newBuilder().setRegisters(registers));

        assertThat(steps("a")).containsExactly("to 20 4.0");
        assertThat(steps("b")).containsExactly("from 10 3.0");
    }

    @Test
    void whatIsNotOfTheVocabularyIsRefused() {
        assertThatThrownBy(() -> take(UpdateRecord.newBuilder()
                        .setRegisters(Registers.newBuilder().addSteps(StepRegister.newBuilder()))))
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining("The text (0) must be one of 0");
    }
}
