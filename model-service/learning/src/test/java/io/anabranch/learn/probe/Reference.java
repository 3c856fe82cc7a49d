package io.anabranch.learn.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The golden values that linear_network.py wrote. */
final class Reference {

    private final Map<String, double[][]> matrices = new HashMap<>();

    private Reference() {}

    static Reference read() {
        Reference reference = new Reference();
        try (InputStream in = Objects.requireNonNull(Reference.class.getResourceAsStream("linear_network.txt"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(reference::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return reference;
    }

    private void add(String line) {
        String[] words = line.split(" ");
        int rows = Integer.parseInt(words[1]);
        int columns = Integer.parseInt(words[2]);
        double[][] matrix = new double[rows][columns];
        for (int i = 0; i < rows * columns; i++) {
            matrix[i / columns][i % columns] = Double.parseDouble(words[3 + i]);
        }
        matrices.put(words[0], matrix);
    }

    double[][] matrix(String name) {
        return Objects.requireNonNull(matrices.get(name), name);
    }

    double number(String name) {
        return matrix(name)[0][0];
    }

    List<double[][]> hops(int count) {
        return IntStream.rangeClosed(0, count).mapToObj(l -> matrix("G" + l)).toList();
    }

    LinearNetwork network(String run, int hops, boolean allHops) {
        return network(run, hops, allHops, matrix("Y"));
    }

    LinearNetwork network(String run, int hops, boolean allHops, double[][] labels) {
        return new LinearNetwork(
                hops(hops),
                labels,
                allHops,
                IntStream.rangeClosed(1, hops)
                        .mapToObj(i -> matrix(run + ".map" + i))
                        .toList(),
                IntStream.rangeClosed(0, hops)
                        .mapToObj(l -> matrix(run + ".readout" + l))
                        .toList());
    }
}
