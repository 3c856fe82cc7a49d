package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.v1.DeleteModelAliasRequest;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.RetireModelRequest;
import io.anabranch.v1.SetCanaryRequest;
import io.anabranch.v1.SetModelAliasRequest;
import io.anabranch.v1.SetShadowRequest;
import io.anabranch.v1.StopCanaryRequest;
import io.anabranch.v1.StopShadowRequest;
import io.anabranch.v1.WatchRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AnabranchTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FakeService service;

    @TempDir
    Path folder;

    AnabranchTest() throws IOException {
        service = new FakeService();
    }

    @BeforeEach
    void noColours() {
        System.setProperty("picocli.ansi", "false");
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void everyCommandHasHelp() {
        List<CommandLine> all = new ArrayList<>();
        collect(Anabranch.commandLine(new PrintWriter(out), new PrintWriter(err)), all);

        assertThat(all).hasSizeGreaterThan(12);
        for (CommandLine command : all) {
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(command.getCommandSpec().qualifiedName())
                    .isNotEmpty();
            String[] path = (command.getCommandSpec().qualifiedName() + " --help").split(" ");
            String[] arguments = List.of(path).subList(1, path.length).toArray(String[]::new);
            if (!command.getCommandName().equals("help")) {
                assertThat(run(arguments))
                        .as(command.getCommandSpec().qualifiedName())
                        .isEqualTo(ExitCode.OK);
            }
        }
    }

    @Test
    void aWrongCommandLineIsAUsageError() {
        assertThat(run("nonsense")).isEqualTo(ExitCode.USAGE);
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run("predict")).isEqualTo(ExitCode.USAGE);
        assertThat(run("predict", "link", "a")).isEqualTo(ExitCode.USAGE);
        assertThat(run("status", "--address", "nowhere")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("The address (nowhere) must be HOST:PORT");
    }

    @Test
    void withoutAnInstanceTheMessageSaysWhatToDo() {
        assertThat(run("status", "--data", folder.toString())).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err.toString())
                .contains("No instance runs on the folder " + folder)
                .contains("./anabranch serve");
    }

    @Test
    void anUnreachableServiceIsUnavailable() {
        String address = service.address();
        service.close();
        assertThat(run("status", "--address", address)).isEqualTo(ExitCode.UNAVAILABLE);
    }

    @Test
    void statusAsTableAndAsJson() throws IOException {
        assertThat(run("status", "--address", service.address())).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("vertices")
                .contains("1,234")
                .contains("closed rows: 2,000 of 5,000 rows read (2.50x fewer), 17 edits, searches: 2");

        JsonNode status = json("status", "--address", service.address(), "--json");
        assertThat(status.get("ready").asBoolean()).isTrue();
        assertThat(status.get("featureDimension").asInt()).isEqualTo(12);
    }

    @Test
    void topicsAsTableAndAsJson() throws IOException {
        assertThat(run("topics", "--address", service.address())).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("anabranch.events");

        assertThat(json("topics", "--address", service.address(), "--json")
                        .get(0)
                        .get("records")
                        .asInt())
                .isEqualTo(99);
    }

    @Test
    void predictionsAsTable() {
        assertThat(run("predict", "node", "a", "b", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("fraud 0.2500  legit 0.7500");
    }

    @Test
    void aPredictionCanBeAskedForAfterEvents() {
        assertThat(run("predict", "node", "a", "--after", "2:41,0:7", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(service.minPositions)
                .containsExactly(
                        EventPosition.newBuilder().setPartition(2).setOffset(41).build(),
                        EventPosition.newBuilder().setOffset(7).build());
        assertThat(run("predict", "node", "a", "--after", "41", "--address", service.address()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("must be PARTITION:OFFSET, such as 2:1041, but is 41");
    }

    @Test
    void aWatchGoesOnWhereItWasWhenTheServiceComesBack() throws IOException {
        Path place = folder.resolve("place");
        assertThat(run(
                        "watch",
                        "a",
                        "b",
                        "--flip",
                        "--count",
                        "2",
                        "--resume-file",
                        place.toString(),
                        "--address",
                        service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("a  legit", "a  fraud  fraud 0.7500", "b  no prediction");
        assertThat(err.toString()).contains("the service is away (The server stops.); asking again in 500 ms");
        assertThat(service.watches).hasSize(2);
        WatchRequest first = service.watches.getFirst();
        assertThat(first.getNodeIdsList()).containsExactly("a", "b");
        assertThat(first.getCondition().getClassFlip()).isTrue();
        assertThat(service.watches.get(1))
                .isEqualTo(first.toBuilder()
                        .setResumeToken(ByteString.copyFromUtf8("place-1"))
                        .build());
        assertThat(place).hasContent("place-2");

        JsonNode message = json(
                "watch",
                "--link",
                "a",
                "b",
                "--threshold",
                "0.5",
                "--json",
                "--count",
                "1",
                "--resume-file",
                place.toString(),
                "--address",
                service.address());
        assertThat(message.get("classifications").get(0).get("nodeId").asText()).isEqualTo("a");
        WatchRequest last = service.watches.getLast();
        assertThat(last.getResumeToken().toStringUtf8()).isEqualTo("place-2");
        assertThat(last.getPairs(0))
                .isEqualTo(NodePair.newBuilder().setSource("a").setTarget("b").build());
        assertThat(last.getCondition().getCrossing().getThreshold()).isEqualTo(0.5f);
    }

    @Test
    void aWatchThatContradictsItselfIsAUsageError() {
        String address = service.address();
        assertThat(run("watch", "a", "--link", "a", "b", "--address", address)).isEqualTo(ExitCode.USAGE);
        assertThat(run("watch", "--flip", "--threshold", "0.5", "--address", address))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("watch", "--class", "fraud", "--address", address)).isEqualTo(ExitCode.USAGE);
        assertThat(run("watch", "--count", "0", "--address", address)).isEqualTo(ExitCode.USAGE);
        assertThat(service.watches).isEmpty();
    }

    @Test
    void similarNodesAndRankedLinksAsTables() {
        assertThat(run("similar", "a", "-k", "3", "--node-type", "shop", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("cosine")
                .contains("shop-3")
                .contains("0.5000")
                .contains("found through the index: 1,234 vectors compared, 7 of them not indexed yet");
        assertThat(run("similar", "a", "--metric", "dot", "--exact", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("dot").contains("exact: all 1,234 vectors compared");
        assertThat(run("similar", "a", "--metric", "taxi", "--address", service.address()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("rank", "a", "--among", "b,c", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("c").contains("0.7500").contains("2 candidates scored");
    }

    @Test
    void anExplanationAsTables() throws IOException {
        assertThat(run(
                        "explain",
                        "node",
                        "a",
                        "--class",
                        "fraud",
                        "--against",
                        "legit",
                        "--leave-one-out",
                        "1",
                        "--changes",
                        "3",
                        "--address",
                        service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("class fraud against legit")
                .contains("served 1.5000 (probability 0.7500)")
                .contains("0.5000  -0.2500")
                .contains("neighbour-[pays]->a")
                .contains("learned")
                .contains("1970-01-01T00:00:01Z")
                .contains("-3.5000 (probability 0.1250)")
                .contains("1 of 1,234 edges")
                .contains("[7]=2.000 0.1250")
                .contains("1 of 3 changes")
                .doesNotContain("embeddings differ");
        assertThat(run("explain", "link", "a", "b", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("a-[pays]->").contains("embeddings differ by 5.00e-01");
        assertThat(json("explain", "node", "a", "--address", service.address(), "--json")
                        .get("edges")
                        .get(0)
                        .get("contributions"))
                .hasSize(2);
        assertThat(run("explain")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void anAuditFailsWhenSomethingIsWrong() throws IOException {
        assertThat(run("audit", "--address", service.address())).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("audited").contains("100");
        assertThat(run("audit", "broken", "--address", service.address())).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString())
                .contains("broken")
                .contains("wrong")
                .contains("5.00e-01")
                .contains("[2.0]")
                .contains("[1.0]");
    }

    @Test
    void anAuditThatHasRepairedWhatWasWrongSucceeds() throws IOException {
        assertThat(run("audit", "broken", "--repair", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("wrong")
                .contains("recomputed")
                .contains("1,234")
                .contains("still wrong");
    }

    @Test
    void anErrorOfTheServiceIsToldInItsWords() {
        assertThat(run("predict", "node", "nobody", "--address", service.address()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("not found: The node (nobody) is unknown.");
    }

    @Test
    void eventsOfAFileArePublishedInOrder() throws IOException {
        Path file = Files.writeString(folder.resolve("events.jsonl"), """
                {"eventId": "1", "nodeUpsert": {"id": "a"}}

                {"eventId": "2", "edgeUpsert": {"source": "a", "target": "b"}}
                """);

        assertThat(run("publish", file.toString(), "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(service.published).extracting(e -> e.getEventId()).containsExactly("1", "2");
        assertThat(out.toString()).contains("published 2").contains("predict --after 0:2");
    }

    @Test
    void aLineThatIsNoEventIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("events.jsonl"), """
                {"eventId": "1", "nodeUpsert": {"id": "a"}}
                {"nodeUpsrt": {}}
                """);

        assertThat(run("publish", file.toString(), "--address", service.address()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("Line 2 is no event");
        assertThat(run("publish", folder.resolve("none").toString(), "--address", service.address()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("none cannot be read");
    }

    @Test
    void trainingIsFollowedToItsEnd() {
        assertThat(run("train", "--address", service.address(), "--convolution", "sage_mean"))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("test.accuracy").contains("0.8150");
    }

    @Test
    void layersAreANumberOrLeftToAProbe() {
        assertThat(run("train", "--address", service.address(), "--layers", "auto"))
                .isEqualTo(ExitCode.OK);
        assertThat(service.lastTraining.getOptions().getAutoLayers()).isTrue();
        assertThat(service.lastTraining.getOptions().getLayers()).isZero();
        assertThat(run("train", "--address", service.address(), "--layers", "3"))
                .isEqualTo(ExitCode.OK);
        assertThat(service.lastTraining.getOptions().getAutoLayers()).isFalse();
        assertThat(service.lastTraining.getOptions().getLayers()).isEqualTo(3);
        assertThat(run("train", "--address", service.address())).isEqualTo(ExitCode.OK);
        assertThat(service.lastTraining.getOptions().getAutoLayers()).isFalse();
        assertThat(run("train", "--address", service.address(), "--layers", "many"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("'many' is no number of layers; allowed: a whole number, or auto");
    }

    @Test
    void aFailedTrainingSaysWhy() {
        service.trainingError = "The task (fraud) has labels of one class only.";
        assertThat(run("train", "--address", service.address())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("job-1 ended as failed: The task (fraud) has labels of one class only.");
    }

    @Test
    void modelsAreListedPageByPage() throws IOException {
        assertThat(run("models", "list", "--state", "covered,active", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("4,321").contains("covered");
        ListModelsRequest first = (ListModelsRequest) service.asked.getFirst();
        assertThat(first.getStatesList())
                .containsExactly(ModelState.MODEL_STATE_COVERED, ModelState.MODEL_STATE_ACTIVE);
        assertThat(service.asked.get(1))
                .isEqualTo(first.toBuilder().setPageToken("next").build());
        assertThat(json("models", "list", "--json", "--address", service.address())
                        .get("models"))
                .hasSize(2);
    }

    @Test
    void aShadowIsShownWithItsComparison() {
        assertThat(run("models", "show", "m", "--alias", "champion", "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(((GetModelRequest) service.asked.getFirst()).getModel())
                .isEqualTo(ModelSelector.newBuilder()
                        .setName("m")
                        .setAlias("champion")
                        .build());
        assertThat(out.toString())
                .contains("shadow 5 %")
                .contains("flips")
                .contains("17")
                .contains("0.250000");
    }

    @Test
    void whatAnswersIsChanged() {
        String address = service.address();
        assertThat(run("models", "alias", "m", "champion", "2", "--address", address))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("champion");
        assertThat(run("models", "alias", "m", "champion", "--delete", "--address", address))
                .isEqualTo(ExitCode.OK);
        assertThat(run("models", "canary", "m", "2", "2.5", "--address", address))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("canary 2.5 %");
        assertThat(run("models", "canary", "m", "--stop", "--address", address)).isEqualTo(ExitCode.OK);
        assertThat(run("models", "shadow", "m", "2", "100", "--address", address))
                .isEqualTo(ExitCode.OK);
        assertThat(run("models", "shadow", "m", "--stop", "--address", address)).isEqualTo(ExitCode.OK);
        assertThat(run("models", "retire", "m", "1", "--address", address)).isEqualTo(ExitCode.OK);
        assertThat(service.asked)
                .containsExactly(
                        SetModelAliasRequest.newBuilder()
                                .setName("m")
                                .setAlias("champion")
                                .setVersion(2)
                                .build(),
                        DeleteModelAliasRequest.newBuilder()
                                .setName("m")
                                .setAlias("champion")
                                .build(),
                        SetCanaryRequest.newBuilder()
                                .setName("m")
                                .setVersion(2)
                                .setPercent(2.5)
                                .build(),
                        StopCanaryRequest.newBuilder().setName("m").build(),
                        SetShadowRequest.newBuilder()
                                .setName("m")
                                .setVersion(2)
                                .setPercent(100)
                                .build(),
                        StopShadowRequest.newBuilder().setName("m").build(),
                        RetireModelRequest.newBuilder()
                                .setName("m")
                                .setVersion(1)
                                .build());
        assertThat(run("models", "canary", "m", "2", "--address", address)).isEqualTo(ExitCode.USAGE);
        assertThat(run("models", "canary", "m", "2", "5", "--stop", "--address", address))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("models", "alias", "m", "champion", "--address", address))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("Either VERSION or --delete must be given.");
    }

    @Test
    void aModelComesFromFilesAndGoesToFiles() throws IOException {
        Path spec = folder.resolve("spec.json");
        Path tensors = folder.resolve("model.safetensors");
        assertThat(run("models", "export", "m", spec.toString(), tensors.toString(), "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        assertThat(tensors).hasContent("tensors");
        assertThat(run("models", "import", spec.toString(), tensors.toString(), "--address", service.address()))
                .isEqualTo(ExitCode.OK);
        ImportModelRequest request = (ImportModelRequest) service.asked.get(1);
        assertThat(request.getSpec())
                .isEqualTo(ModelSpec.newBuilder()
                        .setName("exported")
                        .setFeatureDimension(3)
                        .build());
        assertThat(request.getSafetensors().toStringUtf8()).isEqualTo("tensors");
        assertThat(request.getRequestId()).hasSize(36);
        assertThat(out.toString()).contains("exported");

        Files.writeString(spec, "{\"layer\": 1}");
        assertThat(run("models", "import", spec.toString(), tensors.toString(), "--address", service.address()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("is no JSON form of ModelSpec");
        assertThat(run("models", "import", "none.json", tensors.toString(), "--address", service.address()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("The file none.json cannot be read");
    }

    @Test
    void aWrongSettingStopsTheStart() {
        assertThat(run("serve", "--data", folder.toString(), "-S", "anabranch.partitions=none"))
                .isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err.toString()).contains("anabranch.partitions (none) must be a whole number from 1 to 1000");
        assertThat(run("serve", "--data", folder.toString())).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err.toString()).contains("anabranch.features.dimension is required");
    }

    @Test
    void completionIsAScript() {
        assertThat(run("completion")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("complete -F _complete_anabranch").contains("replay");
    }

    private JsonNode json(String... arguments) throws IOException {
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(ExitCode.OK);
        return new ObjectMapper().readTree(out.toString());
    }

    private int run(String... arguments) {
        return Anabranch.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }

    private static void collect(CommandLine command, List<CommandLine> all) {
        all.add(command);
        command.getSubcommands().values().forEach(sub -> collect(sub, all));
    }
}
