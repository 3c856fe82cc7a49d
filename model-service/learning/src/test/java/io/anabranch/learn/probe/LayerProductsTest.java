package io.anabranch.learn.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerProductsTest {

    /** P = diag(3, 1/2) · diag(1, 4) has the squared singular values 9 and 4; the first factor alone 9 and 1/4. */
    private static final List<double[][]> DIAGONAL =
            List.of(new double[][] {{3, 0}, {0, 0.5}}, new double[][] {{1, 0}, {0, 4}});

    @Test
    void theLastLevelAloneCountsWhereItAloneIsReadOut() {
        assertThat(LayerProducts.lambda(DIAGONAL, false)).isCloseTo(4, within(1e-12));
    }

    @Test
    void theWorstLevelCountsWhereAllAreReadOut() {
        assertThat(LayerProducts.lambda(DIAGONAL, true)).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void theFeaturesThemselvesAreReadOutUnchanged() {
        assertThat(LayerProducts.lambda(List.<double[][]>of(new double[][] {{7}}), true))
                .isEqualTo(1);
    }

    /** Rows (1, 2, 2) and (0, 3, -3): Gram matrix diag(9, 18). */
    @Test
    void aNarrowLayerIsJudgedByTheDirectionsThatItHas() {
        double[][] wide = {{1, 2, 2}, {0, 3, -3}};

        assertThat(LayerProducts.lambda(List.<double[][]>of(wide), false)).isCloseTo(9, within(1e-12));
        assertThat(LayerProducts.lambda(List.<double[][]>of(Dense.transposed(wide)), false))
                .isCloseTo(9, within(1e-12));
    }

    @Test
    void whatANarrowerLayerLostNoLaterOneBringsBack() {
        double[][] narrow = {{1}, {1}};
        double[][] wide = {{1, 2}};

        assertThat(LayerProducts.lambda(List.of(narrow, wide), false)).isCloseTo(0, within(1e-12));
    }

    /** Two independent ways to the same number: the theorem's network knows its products as well. */
    @Test
    void itIsTheLambdaOfTheTheoremWhereLayersAreAsWideAsTheFeatures() {
        double[][] first = {{1, 2}, {-1, 3}};
        double[][] second = {{2, 1}, {1, 1}};
        LinearNetwork network = new LinearNetwork(
                List.of(Dense.identity(2), Dense.identity(2), Dense.identity(2)),
                new double[1][2],
                false,
                List.of(Dense.transposed(first), Dense.transposed(second)),
                List.of(new double[1][2], new double[1][2], new double[1][2]));

        assertThat(LayerProducts.lambda(List.of(first, second), false)).isCloseTo(network.lambda(), within(1e-12));
    }
}
