package io.anabranch.standalone;

/**
 * What a folder's file {@code instance.json} says of the instance that runs, or last ran, on it. Ports are of the loopback
 * interface; they stay the same from start to start so that producers keep their addresses.
 *
 * @param featureDimension width of a node's feature row, fixed for the life of the folder
 */
public record Instance(
        long pid,
        long startedAtMs,
        int featureDimension,
        int partitions,
        int grpcPort,
        int httpPort,
        int kafkaPort,
        int controllerPort) {

    public Instance {
        if (featureDimension < 1) {
            throw new IllegalArgumentException(
                    "The feature dimension (%d) must be positive.".formatted(featureDimension));
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("The number of partitions (%d) must be positive.".formatted(partitions));
        }
    }
}
