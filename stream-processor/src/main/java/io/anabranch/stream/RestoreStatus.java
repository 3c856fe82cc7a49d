package io.anabranch.stream;

/**
 * How far the restore of one partition's state has come.
 *
 * @param topic the changelog
 * @param restored records
 * @param total records to the end of the changelog, markers of transactions among them, which are never restored
 */
public record RestoreStatus(String topic, int partition, long restored, long total) {

    @Override
    public String toString() {
        return "%d of %d records".formatted(restored, total);
    }
}
