package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineWarmUpTest {

    @Test
    void runsTheKernelsOfPlansAndHistoriesToo() {
        assertThat(EngineWarmUp.run(true)).isFinite();
    }
}
