package io.anabranch.serve.predict;

/** Where an event lies in the events topic. */
public record EventPosition(int partition, long offset) {}
