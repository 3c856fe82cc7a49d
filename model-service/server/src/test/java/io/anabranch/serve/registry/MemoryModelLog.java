package io.anabranch.serve.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.serve.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A models topic in memory: what is appended comes back to the registry at once. */
public final class MemoryModelLog implements ModelLog {

    private final List<ModelRecord> records = new ArrayList<>();
    private @Nullable ModelRegistry registry;
    private boolean broken;

    public void feed(ModelRegistry target) {
        registry = target;
    }

    public void breakIt(boolean now) {
        broken = now;
    }

    @Override
    public synchronized void append(List<ModelRecord> appended) {
        if (broken) {
            throw new Problem.Unready("The log is broken.", Duration.ofSeconds(2)).exception();
        }
        records.addAll(appended);
        ModelRegistry target = Objects.requireNonNull(registry, "Nobody is fed.");
        appended.forEach(record -> apply(record, target));
    }

    /** Everything from the beginning, as a process that starts anew reads it. */
    public synchronized void replay(ModelRegistry target) {
        records.forEach(record -> apply(record, target));
    }

    public synchronized List<ModelRecord> records() {
        return List.copyOf(records);
    }

    private static void apply(ModelRecord record, ModelRegistry target) {
        try {
            target.apply(
                    record.key(), record.value() == null ? null : record.value().toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
