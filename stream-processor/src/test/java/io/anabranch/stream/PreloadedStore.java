package io.anabranch.stream;

import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;

/** A store that comes up holding what a changelog said, as after a restore. */
final class PreloadedStore implements KeyValueBytesStoreSupplier {

    private final Map<Bytes, byte[]> content;

    PreloadedStore(Map<Bytes, byte[]> content) {
        this.content = content;
    }

    @Override
    public String name() {
        return TopologyFactory.STATE_STORE;
    }

    @Override
    public KeyValueStore<Bytes, byte[]> get() {
        return new InMemoryKeyValueStore(name()) {
            @Override
            public void init(StateStoreContext context, StateStore root) {
                super.init(context, root);
                content.forEach(this::put);
            }
        };
    }

    @Override
    public String metricsScope() {
        return "preloaded";
    }
}
