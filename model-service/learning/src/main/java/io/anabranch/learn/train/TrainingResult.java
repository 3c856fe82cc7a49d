package io.anabranch.learn.train;

import io.anabranch.model.v1.ModelSnapshot;

/** A model without a version, which its registry gives, and the report of how it came about. */
public record TrainingResult(ModelSnapshot model, TrainingReport report) {}
