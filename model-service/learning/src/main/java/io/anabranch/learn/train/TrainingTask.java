package io.anabranch.learn.train;

/** What a model is to predict. */
public sealed interface TrainingTask {

    /** The name that asks for link prediction. */
    String LINK = "link";

    /** As the labels name it; of links, as the head is to be called. */
    String name();

    /** One class per node. */
    record MultiClass(String name) implements TrainingTask {}

    /** Any number of classes per node. */
    record MultiLabel(String name) implements TrainingTask {}

    /** A number per node. */
    record Regression(String name) implements TrainingTask {}

    /**
     * Whether two nodes are connected; learnt from the edges, without labels.
     *
     * @param heldOutShare of the connected pairs for the validation part, and as many again for the test part
     */
    record LinkPrediction(String name, double heldOutShare) implements TrainingTask {
        public LinkPrediction {
            if (!(heldOutShare > 0 && heldOutShare <= 0.4)) {
                throw new TrainingException(
                        "The option (held-out share) cannot be (%s); allowed: more than 0, at most 0.4."
                                .formatted(heldOutShare));
            }
        }

        public LinkPrediction() {
            this(LINK, 0.1);
        }
    }
}
