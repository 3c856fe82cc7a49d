package io.anabranch.serve.registry;

import com.google.protobuf.MessageLite;
import io.anabranch.model.v1.ModelKey;
import org.jspecify.annotations.Nullable;

/** One record for the models topic; no value: the key's record is given up. */
public record ModelRecord(ModelKey key, @Nullable MessageLite value) {}
