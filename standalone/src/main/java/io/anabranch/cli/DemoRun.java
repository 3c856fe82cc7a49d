package io.anabranch.cli;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.standalone.Instance;
import io.anabranch.standalone.Work;
import io.anabranch.standalone.payments.PaymentsOptions;
import io.anabranch.standalone.payments.PaymentsStream;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.TrainingOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo once everything serves: history, training, live payments, table. */
final class DemoRun {

    private static final String MODEL = "fraud";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Instance instance;
    private final DemoOptions options;
    private final OutputOptions output;
    private final PrintWriter out;
    private final PrintWriter err;

    DemoRun(Instance instance, DemoOptions options, OutputOptions output, PrintWriter out, PrintWriter err) {
        this.instance = instance;
        this.options = options;
        this.output = output;
        this.out = out;
        this.err = err;
    }

    int run(boolean exit) throws InterruptedException {
        try (ServiceClient client = ServiceClient.connect("127.0.0.1", instance.grpcPort())) {
            GetStatusResponse before = client.awaitReady(ServeCommand.START_PATIENCE);
            PaymentsStream payments = PaymentsStream.generate(
                    PaymentsOptions.of(options.accounts(), options.livePayments(), System.currentTimeMillis()),
                    options.seed());
            DemoReport report = new DemoReport();
            try (CatchUp catchUp = new CatchUp(client, instance)) {
                if (before.getVertices() >= options.accounts()) {
                    say("The folder holds the payments of an earlier run; going on from there.");
                } else {
                    history(client, catchUp, payments, report);
                }
                Model model = activeModel(client);
                if (model == null) {
                    TrainingRun.follow(client, training(), err, output.json());
                    model = activeModel(client);
                }
                if (model == null) {
                    throw new CommandFailure(ExitCode.FAILED, "The trained model is not active.");
                }
                Classifier classifier = new Classifier(client, MODEL, model.getVersion(), PaymentsStream.TASK);
                report.judge(model, payments.testAccounts(), probabilities(classifier, payments.testAccounts()));
                live(client, catchUp, model, payments, report);
                report.judgeNewcomers(payments.newcomers(), probabilities(classifier, payments.newcomers()));
            }
            report.status(client.status());
            if (output.json()) {
                OutputOptions.print(out, report.values());
            } else {
                out.println();
                out.print(report.stream());
                out.println();
                out.print(report.quality());
                out.println();
                out.print(ServeCommand.addresses(instance));
                out.flush();
            }
        }
        if (!exit) {
            say("Serving until Ctrl-C. Try: ./anabranch predict node account-17");
        }
        return exit ? ExitCode.OK : Work.KEEP_SERVING;
    }

    private void history(ServiceClient client, CatchUp catchUp, PaymentsStream payments, DemoReport report)
            throws InterruptedException {
        int events = payments.history().size();
        long start = System.nanoTime();
        try (Progress progress = Progress.start("Streaming history", events, err, output.json())) {
            EventStream.send(client, payments.history().iterator(), 0, progress::at);
            catchUp.await(PATIENCE);
            double seconds = (System.nanoTime() - start) / 1e9;
            report.history(events, seconds);
            progress.note("%s events".formatted(StatusCommand.count(events)));
        }
    }

    private void live(ServiceClient client, CatchUp catchUp, Model model, PaymentsStream payments, DemoReport report)
            throws InterruptedException {
        int events = payments.live().size();
        long start = System.nanoTime();
        try (Progress progress = Progress.start("Streaming live payments", events, err, output.json());
                FreshnessProbe probe =
                        new FreshnessProbe(client, model, payments.newcomers().keySet())) {
            EventStream.send(
                    client,
                    payments.live().iterator(),
                    options.eventsPerSecond(),
                    progress::at,
                    (event, at) -> probe.acknowledged(event));
            catchUp.await(PATIENCE);
            report.freshness(probe);
            report.live(events, (System.nanoTime() - start) / 1e9);
            progress.note("%s events".formatted(StatusCommand.count(events)));
        }
    }

    private static Map<String, Float> probabilities(Classifier classifier, Map<String, Boolean> accounts) {
        return classifier.probabilities(List.copyOf(accounts.keySet()), PaymentsStream.FRAUD);
    }

    private static @Nullable Model activeModel(ServiceClient client) {
        return client
                .models()
                .listModels(ListModelsRequest.newBuilder().setName(MODEL).build())
                .getModelsList()
                .stream()
                .filter(m -> m.getState() == ModelState.MODEL_STATE_ACTIVE)
                .findFirst()
                .orElse(null);
    }

    /** Mean over payers beside the account's own features: whom one is paid by tells more than how much. */
    private static StartTrainingRequest training() {
        return StartTrainingRequest.newBuilder()
                .setModelName(MODEL)
                .setTask(PaymentsStream.TASK)
                .setOptions(TrainingOptions.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_SAGE_MEAN)
                        .setFeatureEncoding(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED)
                        .setLayers(2)
                        .setHiddenWidth(32)
                        .setLearningRate(0.01f)
                        .setDropout(0.2f)
                        .setWeightDecay(5e-4f)
                        .setMaxEpochs(200)
                        .setPatience(40)
                        .setSeed(1))
                .build();
    }

    private void say(String line) {
        if (!output.json()) {
            err.println(line);
            err.flush();
        }
    }
}
