package io.anabranch.stream.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanStopStoreTest {

    private static final Bytes KEY = Bytes.wrap("k".getBytes(UTF_8));
    private static final byte[] VALUE = "v".getBytes(UTF_8);

    @TempDir
    private Path folder = Path.of(".");

    private Path checkpoint = Path.of(".");

    @BeforeEach
    void checkpointOfAnEarlierLife() throws IOException {
        checkpoint = Files.writeString(folder.resolve(".checkpoint"), "0");
    }

    private KeyValueStore<Bytes, byte[]> open() {
        StateStoreContext context = new MockProcessorContext<Void, Void>(
                        new Properties(), new TaskId(0, 0), folder.toFile())
                .getStateStoreContext();
        KeyValueStore<Bytes, byte[]> store =
                CleanStopStore.of(Stores.persistentKeyValueStore("s")).get();
        store.init(context, store);
        return store;
    }

    @Test
    void whatAFirstLifeFindsIsNotTrusted() {
        open().close();
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void afterACleanStopTheStateIsThere() throws IOException {
        KeyValueStore<Bytes, byte[]> first = open();
        first.put(KEY, VALUE);
        first.flush();
        first.close();
        Files.writeString(checkpoint, "7");
        KeyValueStore<Bytes, byte[]> second = open();
        assertThat(second.get(KEY)).isEqualTo(VALUE);
        assertThat(checkpoint).exists();
        second.close();
    }

    @Test
    void aCloseWithoutAFlushIsNoCleanStop() throws IOException {
        KeyValueStore<Bytes, byte[]> first = open();
        first.put(KEY, VALUE);
        first.flush();
        first.put(KEY, VALUE);
        first.close();
        Files.writeString(checkpoint, "7");
        KeyValueStore<Bytes, byte[]> second = open();
        assertThat(second.get(KEY)).isNull();
        assertThat(checkpoint).doesNotExist();
        second.close();
    }

    /** A life that ends without any close leaves no marker, even if the life before it ended well. */
    @Test
    void theMarkerCountsOnce() throws IOException {
        KeyValueStore<Bytes, byte[]> first = open();
        first.put(KEY, VALUE);
        first.flush();
        first.close();
        assertThat(folder.resolve("s.clean")).exists();
        KeyValueStore<Bytes, byte[]> second = open();
        assertThat(folder.resolve("s.clean")).doesNotExist();
        second.close();
    }
}
