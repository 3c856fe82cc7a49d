package io.anabranch.learn.model;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;

/** Judges what a spec says about depth: connection, stages and readout. Its layers must have been checked one by one. */
final class DepthCheck {

    private final ModelSpec spec;

    private DepthCheck(ModelSpec spec) {
        this.spec = spec;
    }

    static void requireValid(ModelSpec spec) {
        DepthCheck check = new DepthCheck(spec);
        check.connection();
        check.readout();
    }

    private void connection() {
        if (spec.getDepthConnection() == DepthConnection.UNRECOGNIZED) {
            throw new InvalidModelException("The depth connection (%d) of model (%s) is unknown."
                    .formatted(spec.getDepthConnectionValue(), spec.getName()));
        }
        if (Levels.plain(spec)) {
            plain();
            return;
        }
        long layers = 0;
        for (Stage stage : spec.getStagesList()) {
            layers += Integer.toUnsignedLong(stage.getLayers());
        }
        if (spec.getStagesCount() == 0 || layers != spec.getLayersCount()) {
            throw new InvalidModelException(
                    "The model (%s) is %s and must have stages with (%d) layers in all, not (%d)."
                            .formatted(spec.getName(), spec.getDepthConnection(), spec.getLayersCount(), layers));
        }
        int layer = 0;
        for (int k = 1; k <= spec.getStagesCount(); k++) {
            Stage stage = spec.getStages(k - 1);
            stage(k, stage);
            for (int i = 0; i < stage.getLayers(); i++) {
                layer(++layer, k, stage);
            }
        }
    }

    private void plain() {
        if (spec.getStagesCount() > 0) {
            throw new InvalidModelException("The model (%s) is plain and cannot have stages, but has (%d)."
                    .formatted(spec.getName(), spec.getStagesCount()));
        }
        int width = Levels.inputWidth(spec);
        for (int i = 1; i <= spec.getLayersCount(); i++) {
            requireInput(i, spec.getLayers(i - 1), width);
            width = spec.getLayers(i - 1).getOutputWidth();
        }
    }

    private void stage(int number, Stage stage) {
        if (stage.getLayers() == 0) {
            throw new InvalidModelException(
                    "The stage (%d) of model (%s) must have a layer.".formatted(number, spec.getName()));
        }
        if (stage.getWidth() <= 0) {
            throw new InvalidModelException("The width (%s) of stage (%d) must be from 1 to %d."
                    .formatted(Integer.toUnsignedString(stage.getWidth()), number, Integer.MAX_VALUE));
        }
        if (stage.getEntryActivation() == Activation.UNRECOGNIZED) {
            throw new InvalidModelException("The entry activation (%d) of stage (%d) is unknown."
                    .formatted(stage.getEntryActivationValue(), number));
        }
        if (stage.getHiddenStart() == HiddenStart.UNRECOGNIZED) {
            throw new InvalidModelException(
                    "The hidden start (%d) of stage (%d) is unknown.".formatted(stage.getHiddenStartValue(), number));
        }
        boolean momentum = is(DepthConnection.DEPTH_CONNECTION_MOMENTUM);
        boolean reversible = is(DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE);
        boolean gate =
                reversible || is(DepthConnection.DEPTH_CONNECTION_GRU) || is(DepthConnection.DEPTH_CONNECTION_LSTM);
        requireOnly(momentum, stage.getMomentum() == 0, number, "a momentum");
        requireOnly(
                momentum || reversible,
                stage.getHiddenStart() == HiddenStart.HIDDEN_START_UNSPECIFIED,
                number,
                "a hidden start");
        requireOnly(gate, !stage.getSharedCell(), number, "a shared cell");
        requireOnly(reversible, stage.getMaxForget() == 0, number, "a max forget");
        if (!(stage.getMomentum() >= 0 && stage.getMomentum() < 1)) {
            throw new InvalidModelException("The momentum (%s) of stage (%d) must be from 0 to less than 1."
                    .formatted(stage.getMomentum(), number));
        }
        if (reversible && !(stage.getMaxForget() > 0 && stage.getMaxForget() <= 1)) {
            throw new InvalidModelException("The max forget (%s) of stage (%d) must be more than 0, at most 1."
                    .formatted(stage.getMaxForget(), number));
        }
    }

    private void requireOnly(boolean has, boolean unset, int stage, String what) {
        if (!has && !unset) {
            throw new InvalidModelException("The stage (%d) of model (%s), which is %s, cannot have %s."
                    .formatted(stage, spec.getName(), spec.getDepthConnection(), what));
        }
    }

    private void layer(int number, int stageNumber, Stage stage) {
        Layer layer = spec.getLayers(number - 1);
        requireInput(number, layer, stage.getWidth());
        boolean added = is(DepthConnection.DEPTH_CONNECTION_RESIDUAL) || is(DepthConnection.DEPTH_CONNECTION_MOMENTUM);
        if ((added || stage.getSharedCell()) && layer.getOutputWidth() != stage.getWidth()) {
            throw new InvalidModelException(
                    "The output width (%d) of layer (%d) must be that of its stage (%d), (%d): %s."
                            .formatted(
                                    layer.getOutputWidth(),
                                    number,
                                    stageNumber,
                                    stage.getWidth(),
                                    added ? "it is added" : "all layers share a cell"));
        }
    }

    private static void requireInput(int number, Layer layer, int width) {
        if (layer.getInputWidth() != width) {
            throw new InvalidModelException("The layer (%d) reads (%s) values but is given (%d)."
                    .formatted(number, Integer.toUnsignedString(layer.getInputWidth()), width));
        }
    }

    private void readout() {
        if (spec.getReadout() == Readout.UNRECOGNIZED) {
            throw new InvalidModelException(
                    "The readout (%d) of model (%s) is unknown.".formatted(spec.getReadoutValue(), spec.getName()));
        }
        if (Levels.allHops(spec) ? spec.getReadoutWidth() <= 0 : spec.getReadoutWidth() != 0) {
            throw new InvalidModelException("The readout width (%s) of model (%s) must be %s."
                    .formatted(
                            Integer.toUnsignedString(spec.getReadoutWidth()),
                            spec.getName(),
                            Levels.allHops(spec)
                                    ? "from 1 to %d".formatted(Integer.MAX_VALUE)
                                    : "0 without READOUT_ALL_HOPS"));
        }
    }

    private boolean is(DepthConnection connection) {
        return spec.getDepthConnection() == connection;
    }
}
