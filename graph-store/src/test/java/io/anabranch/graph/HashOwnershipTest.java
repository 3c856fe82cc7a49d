package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
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
