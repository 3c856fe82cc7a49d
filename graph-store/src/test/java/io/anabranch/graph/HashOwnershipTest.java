package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class HashOwnershipTest {

    /** The vectors of the Kafka client's own test of its hash. */
    @Test
    void hashIsTheOneOfKafkaProducers() {
        assertThat(murmur2("21")).isEqualTo(-973932308);
        assertThat(murmur2("foobar")).isEqualTo(-790332482);
        assertThat(murmur2("a-little-bit-long-string")).isEqualTo(-985981536);
        assertThat(murmur2("a-little-bit-longer-string")).isEqualTo(-1486304829);
        assertThat(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")).isEqualTo(-58897971);
        assertThat(murmur2("abc")).isEqualTo(479470107);
    }

    @Test
    void everyPartitionAgreesOnTheOwnerAndAllAreUsed() {
        int[] owned = new int[7];
        for (int i = 0; i < 7000; i++) {
            String id = "account-" + i;
            int owner = Ownership.byHash(7, i % 7).ownerOf(id);
            assertThat(Ownership.byHash(7, owner).owns(id)).isTrue();
            assertThat(Ownership.byHash(7, (owner + 1) % 7).owns(id)).isFalse();
            owned[owner]++;
        }
        for (int count : owned) {
            assertThat(count).isBetween(850, 1150);
        }
    }

    /** The examples of the Redis Cluster specification, and what stands at its edges. */
    @Test
    void ofAnIdWithAHashTagOnlyTheTagIsHashed() {
        assertThat(HashOwnership.hashed("{user1000}.following")).isEqualTo("user1000");
        assertThat(HashOwnership.hashed("foo{}{bar}")).isEqualTo("foo{}{bar}");
        assertThat(HashOwnership.hashed("foo{{bar}}zap")).isEqualTo("{bar");
        assertThat(HashOwnership.hashed("foo{bar}{zap}")).isEqualTo("bar");
        assertThat(HashOwnership.hashed("}a{b")).isEqualTo("}a{b");
        assertThat(HashOwnership.hashed("a}{b}")).isEqualTo("b");
        assertThat(HashOwnership.hashed("a{b")).isEqualTo("a{b");
        assertThat(HashOwnership.hashed("{}")).isEqualTo("{}");
        assertThat(HashOwnership.hashed("")).isEmpty();
    }

    /** Computed with a murmur2 of its own, in Python. */
    @Test
    void ownersOfIdsWithHashTags() {
        assertThat(List.of(
                                "{region-7}account-17",
                                "{region-7}account-42",
                                "account-17{region-7}",
                                "region-7",
                                "{region-8}account-17",
                                "account-17",
                                "{}account-17",
                                "{Zürich}a",
                                "a{b",
                                "{{x}}")
                        .stream()
                        .map(Ownership.byHash(16, 0)::ownerOf))
                .containsExactly(8, 8, 8, 8, 0, 4, 8, 1, 11, 12);
    }

    @Test
    void idsOfOneTagHaveOneOwnerWhateverStandsAroundIt() {
        String letters = "ab{{}}ü\uD83D\uDE00-";
        Random random = new Random(Long.getLong("test.seed", 20_261_130L));
        int tagged = 0;
        for (int i = 0; i < 20_000; i++) {
            String id = text(random, letters);
            int partitions = 1 + random.nextInt(40);
            Matcher tag = Pattern.compile("[^{]*\\{([^}]+)}.*").matcher(id);
            int owner = Ownership.byHash(partitions, 0).ownerOf(id);
            String hashed = tag.matches() ? tag.group(1) : id;
            tagged += tag.matches() ? 1 : 0;
            int expected = (murmur2(hashed) & 0x7fffffff) % partitions;
            assertThat(owner).as("id %s, %d partitions", id, partitions).isEqualTo(expected);
            if (tag.matches()) {
                String other = "x{" + hashed + "}" + text(random, letters);
                assertThat(Ownership.byHash(partitions, 0).ownerOf(other)).isEqualTo(owner);
            }
        }
        assertThat(tagged).isBetween(2_000, 18_000);
    }

    private static String text(Random random, String letters) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(10); i > 0; i--) {
            text.appendCodePoint(letters.codePoints()
                    .skip(random.nextInt(letters.codePointCount(0, letters.length())))
                    .findFirst()
                    .orElseThrow());
        }
        return text.toString();
    }

    @Test
    void partitionMustExist() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ownership.byHash(3, 3))
                .withMessage("The partition (3) must be from 0 to 2.");
        assertThatIllegalArgumentException().isThrownBy(() -> Ownership.byHash(0, 0));
    }

    private static int murmur2(String text) {
        return HashOwnership.murmur2(text.getBytes(StandardCharsets.UTF_8));
    }
}
