package io.anabranch.stream.snapshot;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.propagation.HaloEntry;
import io.anabranch.stream.propagation.HistoryCheckpoint;
import io.anabranch.stream.propagation.PartitionState;
import io.anabranch.stream.propagation.PublishedMark;
import io.anabranch.stream.propagation.StoredClocks;
import io.anabranch.stream.state.StoredEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The last register of every key of the partitions' changelogs, in a database of its own on the disk: a changelog holds many registers of one key,
 * and the graph may be greater than memory. Sorted, so that in-edges of a vertex stand together. For one thread.
 */
final class ChangelogScan implements AutoCloseable {

    private static final long WRITE_BUFFER_BYTES = 64L << 20;
    private static final int BATCH = 2_000;

    private final Path folder;
    private final Options options;
    private final WriteOptions unlogged;
    private final RocksDB database;
    private final WriteBatch batch = new WriteBatch();
    private final List<Map<ByteBuffer, byte[]>> positions = new ArrayList<>();
    private final List<StoredClocks> clocks = new ArrayList<>();

    static {
        RocksDB.loadLibrary();
    }

    ChangelogScan(Path folder, int partitions) throws RocksDBException {
        this.folder = folder;
        options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxWriteBufferNumber(3);
        unlogged = new WriteOptions().setDisableWAL(true);
        database = RocksDB.open(options, folder.toString());
        for (int p = 0; p < partitions; p++) {
            positions.add(new HashMap<>());
            clocks.add(new StoredClocks());
        }
    }

    /** The next record of a partition's changelog. */
    void read(ConsumerRecord<byte[], byte[]> record) throws RocksDBException {
        byte[] key = record.key();
        byte @Nullable [] value = record.value();
        if (StoredEntry.isFact(key)) {
            if (value == null) {
                batch.delete(key);
            } else {
                batch.put(key, value);
            }
            if (batch.count() >= BATCH) {
                flush();
            }
        } else if (StoredEntry.isPosition(key)) {
            Map<ByteBuffer, byte[]> last = positions.get(record.partition());
            if (value == null) {
                last.remove(ByteBuffer.wrap(key));
            } else {
                last.put(ByteBuffer.wrap(key), value);
            }
        }
    }

    private void flush() throws RocksDBException {
        database.write(unlogged, batch);
        batch.clear();
    }

    /** Everything has been read. */
    void end() throws RocksDBException {
        flush();
        for (int p = 0; p < positions.size(); p++) {
            StoredClocks clock = clocks.get(p);
            positions.get(p).forEach((key, value) -> StoredEntry.visit(key.array(), value, new NumbersOnly(clock)));
        }
    }

    /** How far each partition had come. Complete once all registers were given to {@link #registers}. */
    StoredClocks clock(int partition) {
        return clocks.get(partition);
    }

    /** Takes registers. */
    interface Registers {
        void register(Fact fact) throws IOException;
    }

    /** All nodes. */
    void nodes(Registers reader) throws IOException {
        try (RocksIterator entries = database.newIterator()) {
            for (entries.seek(StoredEntry.firstNode()); entries.isValid(); entries.next()) {
                reader.register(StoredEntry.fact(entries.key(), entries.value()));
            }
        }
    }

    /** All edges, by target, then all steps of histories, then all labels. */
    void others(Registers reader) throws IOException {
        byte[] end = StoredEntry.firstNode();
        try (RocksIterator entries = database.newIterator()) {
            for (entries.seekToFirst(); entries.isValid() && entries.key()[0] < end[0]; entries.next()) {
                reader.register(StoredEntry.fact(entries.key(), entries.value()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        batch.close();
        database.close();
        unlogged.close();
        options.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Of what a state holds, only how far it has come. */
    private record NumbersOnly(StoredClocks clock) implements PartitionState.RestoreVisitor {
        @Override
        public void fact(FactJournal.Fact fact) {
            throw new IllegalStateException("The register (%s) is no number.".formatted(fact.key()));
        }

        @Override
        public void haloEntry(String vertexId, HaloEntry entry) {
            throw new IllegalStateException("The copy of (%s) is no number.".formatted(vertexId));
        }

        @Override
        public void subscriber(String vertexId, int partition, long epoch) {
            throw new IllegalStateException("The subscription to (%s) is no number.".formatted(vertexId));
        }

        @Override
        public void published(String vertexId, PublishedMark mark) {
            throw new IllegalStateException("The mark of (%s) is no number.".formatted(vertexId));
        }

        @Override
        public void history(long modelVersion, String vertexId, HistoryCheckpoint checkpoint) {
            throw new IllegalStateException("The history of (%s) is no number.".formatted(vertexId));
        }

        @Override
        public void clock(long offset, long time) {
            clock.breakpoint(time);
        }

        @Override
        public void meta(String name, long value) {
            clock.number(name, value);
        }
    }

    /** The latest delete of each node that has one. */
    static final class Deletes {
        private final Map<String, Long> times = new HashMap<>();

        void note(String id, long deleteTime) {
            if (deleteTime != PartitionGraph.NEVER) {
                times.put(id, deleteTime);
            }
        }

        long of(String id) {
            return times.getOrDefault(id, PartitionGraph.NEVER);
        }
    }
}
