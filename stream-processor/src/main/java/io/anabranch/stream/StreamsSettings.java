package io.anabranch.stream;

import io.anabranch.stream.propagation.Guarantee;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How Kafka Streams runs.
 *
 * @param applicationId group and prefix of internal topics and transactions
 * @param instanceId static member name of this process; no two processes of one application may share it
 * @param stateDir folder of the local state; losing it costs a restore from Kafka, nothing else
 * @param threads number of stream threads
 * @param guarantee what holds after a crash
 * @param standbys how many other processes keep a copy of each partition's state
 * @param commitInterval how often a transaction is committed, and so how often results become readable
 * @param sessionTimeout after how long without a sign of life the tasks of this process go to another one
 * @param transactionTimeout after how long Kafka aborts what a dead process left open
 */
public record StreamsSettings(
        String applicationId,
        String instanceId,
        Path stateDir,
        int threads,
        Guarantee guarantee,
        int standbys,
        Duration commitInterval,
        Duration sessionTimeout,
        Duration transactionTimeout) {}
