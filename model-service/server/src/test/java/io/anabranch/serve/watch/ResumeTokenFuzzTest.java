package io.anabranch.serve.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.testkit.ByteMutations;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Tokens that no watch gave: each is read as one that could have been given, or refused. */
class ResumeTokenFuzzTest {

    private static final int TOKENS = Integer.getInteger("fuzz.records", 20_000);
    private static final long SEED = Long.getLong("test.seed", 20261130);
    private static final long FINGERPRINT = 0x1234_5678_9abc_def0L;

    @Test
    void aTokenIsReadOrRefused() {
        RandomGenerator random = new SplittableRandom(SEED);
        int read = 0;
        for (int i = 0; i < TOKENS; i++) {
            byte[] valid =
                    new ResumeToken(FINGERPRINT, 3, random.longs(4, 0, 1L << 40).toArray()).bytes();
            byte[] bytes = random.nextInt(8) == 0 ? ByteMutations.random(random) : ByteMutations.of(valid, random);
            String token =
                    "Token %d of seed %d: %s".formatted(i, SEED, HexFormat.of().formatHex(bytes));
            try {
                ResumeToken got = ResumeToken.read(bytes, FINGERPRINT, 4);
                assertThat(got.next().length).as(token).isIn(0, 4);
                assertThat(Arrays.stream(got.next()).allMatch(offset -> offset >= 0))
                        .as(token)
                        .isTrue();
                read++;
            } catch (ProblemException e) {
                assertThat(e.problem()).as(token).isInstanceOf(Problem.Invalid.class);
            } catch (RuntimeException e) {
                throw new AssertionError(token, e);
            }
        }
        assertThat(read).isBetween(1, TOKENS - 1);
    }
}
