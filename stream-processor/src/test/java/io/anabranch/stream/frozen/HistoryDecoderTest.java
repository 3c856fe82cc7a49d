package io.anabranch.stream.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HistoryDecoderTest {
    private final ModelSnapshot model = HistorySnapshots.reading(
            Snapshots.random(
                    1,
                    Convolution.CONVOLUTION_GCN,
                    FeatureEncoding.FEATURE_ENCODING_STANDARDIZED,
                    new SplittableRandom(1),
                    7,
                    2),
            4,
            new SplittableRandom(2));

    @Test
    void theModelStartsFromFeaturesAndWhatTheCellShows() {
        var frozen = Snapshots.frozen(model);
        assertThat(frozen.featureDimension()).isEqualTo(3);
        assertThat(frozen.inputWidth()).isEqualTo(7);
        assertThat(frozen.width(0)).isEqualTo(7);
        assertThat(frozen.history()).isNotNull();
    }

    private void assertRefused(Consumer<HistoryEncoder.Builder> change, String why) {
        var changed = model.toBuilder();
        change.accept(changed.getSpecBuilder().getHistoryBuilder());
        assertThatThrownBy(() -> FrozenModel.decode(changed.build()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatCannotBeReadIsRefused() {
        assertRefused(history -> history.setWidth(3), "the width of the history (3) must be even");
        assertRefused(history -> history.setWidth(0), "the width of the history (0)");
        assertRefused(history -> history.setWidth(6), "the tensor history.1.input has shape");
        assertRefused(history -> history.setMaxForget(0), "max_forget of the history (0.0)");
        assertRefused(history -> history.setMaxForget(1.5f), "max_forget of the history (1.5)");
        assertRefused(history -> history.setCell(HistoryCell.HISTORY_CELL_UNSPECIFIED), "the history has no cell");
        assertRefused(history -> history.setCellValue(9), "cell of the history (9) is unknown");
        assertRefused(history -> history.setShortestGapS(0), "The shortest gap (0.0 s)");
        assertRefused(history -> history.setWeightScale(0), "scale (0.0) positive");
        assertRefused(history -> history.addEdgeTypes("x").addEdgeTypes("x"), "must differ");
        assertRefused(history -> history.setIdentityWidth(-1), "the width of identities (4294967295)");
        assertRefused(history -> history.setIdentityWidth(40), "the tensor history.1.input has shape");
        var torn = model.toBuilder();
        torn.removeTensors(torn.getTensorsCount() - 1);
        assertThatThrownBy(() -> FrozenModel.decode(torn.build()))
                .hasMessageContaining("the tensor history.2.bias is missing");
    }
}
