package io.anabranch.it;

import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelState;

/** Publishes models and waits until they answer. */
final class Registry {

    private Registry() {}

    /** Imports and returns at once; embeddings are still being computed. */
    static Model publish(Site site, ImportModelRequest request) {
        return site.server().modelCalls().importModel(request).getModel();
    }

    /** Its embeddings are exact, and it is the first of its name: then it becomes the active one by itself. */
    static void awaitActive(Site site, Model model) throws InterruptedException {
        Eventually.holds(
                Site.PATIENCE,
                () -> state(site, model) == ModelState.MODEL_STATE_ACTIVE,
                () -> "version %d is %s".formatted(model.getVersion(), state(site, model)));
    }

    /** Every partition has said that the version's embeddings are exact. */
    static void awaitCovered(Site site, Model model) throws InterruptedException {
        Eventually.holds(
                Site.PATIENCE,
                () -> state(site, model) == ModelState.MODEL_STATE_COVERED,
                () -> "version %d is %s".formatted(model.getVersion(), state(site, model)));
    }

    static ModelState state(Site site, Model model) {
        return site
                .server()
                .modelCalls()
                .list(ListModelsRequest.newBuilder().setName(model.getName()).build())
                .getModelsList()
                .stream()
                .filter(m -> m.getVersion() == model.getVersion())
                .map(Model::getState)
                .findFirst()
                .orElse(ModelState.MODEL_STATE_UNSPECIFIED);
    }
}
