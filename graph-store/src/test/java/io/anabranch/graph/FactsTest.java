package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Facts are checked where they are made. */
final class FactsTest {

    @Test
    void idsHaveOneTo256Bytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EdgeId("", "b", ""))
                .withMessage("The edge's source must not be empty.");
        assertThat(new EdgeId("é".repeat(128), "b", "").source()).hasSize(128);
        assertThat(new EdgeId("😀".repeat(64), "b", "").source()).hasSize(128);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GraphMutation.RemoveNode("é".repeat(129), 1))
                .withMessageContaining("has 258 bytes in UTF-8, at most 256 are allowed");
        assertThatIllegalArgumentException().isThrownBy(() -> new EdgeId("a", "b", "t".repeat(257)));
    }

    @Test
    void numbersMustBeFiniteAndTimesReal() {
        EdgeId edge = new EdgeId("a", "b", "pays");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GraphMutation.UpsertEdge(edge, Float.NaN, Provenance.OBSERVED, 1))
                .withMessage("The weight (NaN) of edge (a-[pays]->b) must be finite.");
        assertThatIllegalArgumentException().isThrownBy(() -> FeatureVector.dense(1, Float.POSITIVE_INFINITY));
        assertThatIllegalArgumentException().isThrownBy(() -> new LabelValue.Target(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new GraphMutation.RemoveEdge(edge, PartitionGraph.NEVER));
    }

    @Test
    void featureVectorsAreEqualByValueHoweverHeld() {
        FeatureVector dense = FeatureVector.dense(0, 2, 0, -1);
        FeatureVector sparse = FeatureVector.sparse(4, new int[] {0, 1, 3}, new float[] {0, 2, -1});

        assertThat(sparse).isEqualTo(dense).hasSameHashCodeAs(dense);
        assertThat(sparse.storedCount()).isEqualTo(2);
        assertThat(FeatureVector.compact(0, 2, 0, -1)).isEqualTo(sparse);
        assertThat(FeatureVector.dense(0, 2, 0)).isNotEqualTo(FeatureVector.sparse(4, new int[] {1}, new float[] {2}));
        assertThat(FeatureVector.dense(-0f)).isNotEqualTo(FeatureVector.dense(0f));
        assertThat(sparse).hasToString("{1:2.0, 3:-1.0} of 4");
    }

    @Test
    void featureVectorWritesZerosToo() {
        float[] target = {9, 9, 9, 9, 9};
        FeatureVector.sparse(3, new int[] {1}, new float[] {5}).copyInto(target, 1);
        assertThat(target).containsExactly(9, 0, 5, 0, 9);
    }

    @Test
    void sparseIndicesAscendBelowTheDimension() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureVector.sparse(3, new int[] {1, 1}, new float[] {1, 1}))
                .withMessage("The feature index (1) at place 1 must be above 1 and below the dimension (3).");
        assertThatIllegalArgumentException().isThrownBy(() -> FeatureVector.sparse(3, new int[] {3}, new float[] {1}));
        assertThatIllegalArgumentException().isThrownBy(() -> FeatureVector.sparse(3, new int[] {1}, new float[0]));
    }

    @Test
    void vectorDoesNotSeeLaterChangesOfItsArrays() {
        float[] values = {1, 2};
        FeatureVector vector = FeatureVector.dense(values);
        values[0] = 7;
        assertThat(vector).isEqualTo(FeatureVector.dense(1, 2));
    }

    @Test
    void partsByHashAreSixtyTwentyTwentyAndIndependentByTask() {
        Map<Part, Integer> counts = new EnumMap<>(Part.class);
        int sameInBothTasks = 0;
        for (int i = 0; i < 20_000; i++) {
            Part part = Part.byHash("n" + i, "class");
            counts.merge(part, 1, Integer::sum);
            sameInBothTasks += part == Part.byHash("n" + i, "fraud") ? 1 : 0;
        }
        assertThat(counts.get(Part.TRAIN)).isBetween(11_700, 12_300);
        assertThat(counts.get(Part.VALIDATION)).isBetween(3_700, 4_300);
        assertThat(counts.get(Part.TEST)).isBetween(3_700, 4_300);
        assertThat(sameInBothTasks).isBetween(8_300, 9_300);
    }

    @Test
    void classSetsAreCopiedSortedAndFixed() {
        List<String> names = new ArrayList<>(List.of("b", "a"));
        LabelValue.ClassSet set = LabelValue.ClassSet.of(names);
        names.add("c");
        assertThat(set.names()).containsExactly("a", "b");
        assertThat(set).isEqualTo(LabelValue.ClassSet.of(List.of("a", "b")));
    }
}
