package io.anabranch.k8s;

import java.nio.file.Path;

/** The overlays, each with its rendered form. */
public enum Overlay {
    DEV("dev"),
    PROD("prod"),
    PROD_GPU("prod-gpu");

    private final String folder;

    Overlay(String folder) {
        this.folder = folder;
    }

    /** Relative to this module. */
    public String source() {
        return "overlays/" + folder;
    }

    public Path rendered() {
        return Kustomize.MODULE.resolve(Path.of("src", "test", "resources", "rendered", folder + ".yaml"));
    }

    public Manifests manifests() {
        return Manifests.read(rendered());
    }
}
