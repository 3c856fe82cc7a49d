package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import io.anabranch.learn.model.ModelImport;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ModelState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What reads are measured on: the skewed graph, embeddings of 64 numbers, a head of 8 classes and one of links, random weights. */
final class ServingSetup {

    static final String MODEL = "bench";
    /** The task of the classes. */
    static final String KIND = "kind";
    /** The task of the links: its head has a matrix of 64 × 64. */
    static final String PAYMENT = "payment";

    static final GraphShape SHAPE = GraphShape.SKEWED;
    static final int FEATURES = 16;

    private static final int CLASSES = 8;
    private static final int WIDTH = 64;

    private ServingSetup() {}

    /**
     * Fills an empty instance and waits until the model answers.
     *
     * @return goes on where the graph stands
     */
    static Workload fill(Service service) throws InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(7);
        long start = System.currentTimeMillis() - Duration.ofDays(1).toMillis();
        Workload workload = new Workload(random.split(), SHAPE, SHAPE.vertices(), FEATURES, start);
        try (KafkaProducer<byte[], byte[]> producer = EndToEnd.producer(service.bootstrapServers());
                LogPosition log = new LogPosition(service.bootstrapServers())) {
            workload.bootstrap(SHAPE.edges())
                    .forEach(event -> producer.send(new ProducerRecord<>(EndToEnd.EVENTS, event)));
            producer.flush();
            log.awaitQuiet();
        }
        ModelSnapshot model = model(random.split());
        service.importModel(ImportModelRequest.newBuilder()
                .setSpec(model.getSpec())
                .setSafetensors(ByteString.copyFrom(ModelImport.export(model)))
                .build());
        EndToEnd.await(
                Duration.ofMinutes(2),
                "the imported model to be active",
                () -> service.models(MODEL).stream().anyMatch(m -> m.getState() == ModelState.MODEL_STATE_ACTIVE)
                        ? 1
                        : 0);
        return workload;
    }

    private static ModelSnapshot model(SplittableRandom random) {
        ModelSnapshot.Builder model =
                RandomModel.of(Convolution.CONVOLUTION_SAGE_MEAN, random, FEATURES, 32, WIDTH).toBuilder()
                        .addTensors(weight(random, KIND, CLASSES, 1))
                        .addTensors(weight(random, PAYMENT, WIDTH, 0.1));
        model.getSpecBuilder()
                .setName(MODEL)
                .addHeads(Head.newBuilder()
                        .setTask(KIND)
                        .setKind(HeadKind.HEAD_KIND_MULTI_CLASS)
                        .addAllClassNames(IntStream.range(0, CLASSES)
                                .mapToObj(i -> "class-" + i)
                                .toList()))
                .addHeads(Head.newBuilder().setTask(PAYMENT).setKind(HeadKind.HEAD_KIND_LINK));
        return model.build();
    }

    private static Tensor weight(SplittableRandom random, String task, int columns, double spread) {
        ByteBuffer values = ByteBuffer.allocate(WIDTH * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putFloat((float) (spread * random.nextGaussian()));
        }
        return Tensor.newBuilder()
                .setName("head." + task + ".weight")
                .addShape(WIDTH)
                .addShape(columns)
                .setData(ByteString.copyFrom(values.array()))
                .build();
    }
}
