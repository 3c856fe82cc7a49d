package io.anabranch.serve.watch;

import java.time.Duration;

/**
 * How much watching costs at most.
 *
 * @param maxWatchers watches at a time; each holds at most twice the buffer, about 100 bytes an entry beside predictions, which are shared
 * @param maxIds nodes, or pairs, that one watch may name
 * @param buffer nodes whose changes wait for one slow watcher, before it is told to resync
 * @param tombstones deletions that are remembered for those who resume, of all versions together
 * @param heartbeat from one heartbeat to the next
 */
public record WatchLimits(int maxWatchers, int maxIds, int buffer, int tombstones, Duration heartbeat) {}
