package io.anabranch.benchmark;

import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.temporal.ChronologicalSplit;
import io.anabranch.learn.temporal.TemporalLinkModel;
import io.anabranch.learn.temporal.TemporalOptions;
import io.anabranch.learn.temporal.TemporalTrainer;
import io.anabranch.learn.temporal.VertexFeatures;
import io.anabranch.learn.temporal.VertexSequences;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Models of event histories over random signs of vertices, which several benchmarks judge: one that was trained before under the same name is read from the
 * folder instead of trained again.
 *
 * @param folder of the weights; null keeps none
 * @param identity random signs that stand for a vertex
 */
record TrainedEncoders(@Nullable Path folder, int identity) {

    /**
     * A model, which the caller owns.
     *
     * @param name of data set, cell and all options but the seed
     */
    TemporalLinkModel of(String name, VertexSequences sequences, TemporalOptions options) {
        VertexFeatures identities =
                VertexFeatures.identities(sequences.history().vertices(), identity, options.seed());
        ChronologicalSplit split = ChronologicalSplit.of(sequences.history());
        if (folder == null) {
            return trained(sequences, split, identities, options);
        }
        Path file = folder.resolve("%s-%d.weights".formatted(name, options.seed()));
        try {
            if (Files.exists(file)) {
                TemporalLinkModel model = TemporalLinkModel.create(sequences, split, identities, options);
                read(file, model);
                return model;
            }
            TemporalLinkModel model = trained(sequences, split, identities, options);
            Files.createDirectories(folder);
            write(file, model);
            return model;
        } catch (IOException e) {
            throw new UncheckedIOException("The weights %s cannot be kept.".formatted(file), e);
        }
    }

    private static TemporalLinkModel trained(
            VertexSequences sequences, ChronologicalSplit split, VertexFeatures identities, TemporalOptions options) {
        return new TemporalTrainer(sequences, split, options)
                .train(identities, epoch -> System.err.println(epoch))
                .model();
    }

    private static void write(Path file, TemporalLinkModel model) throws IOException {
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            for (Parameter parameter : model.parameters()) {
                float[] values = parameter.values();
                ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
                bytes.asFloatBuffer().put(values);
                out.writeInt(values.length);
                out.write(bytes.array());
            }
        }
    }

    private static void read(Path file, TemporalLinkModel model) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            for (Parameter parameter : model.parameters()) {
                float[] values = new float[in.readInt()];
                ByteBuffer.wrap(in.readNBytes(Float.BYTES * values.length))
                        .asFloatBuffer()
                        .get(values);
                parameter.load(values);
            }
        }
    }
}
