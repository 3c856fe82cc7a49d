package io.anabranch.cli;

import io.anabranch.v1.ClassScore;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.ModelSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads predictions of any number of nodes over gRPC, as many a call as the service takes. */
final class Classifier {

    private static final int MOST_IDS = 1000;

    private final ServiceClient client;
    private final ModelSelector model;
    private final String task;

    Classifier(ServiceClient client, String modelName, long version, String task) {
        this.client = client;
        this.model = ModelSelector.newBuilder()
                .setName(modelName)
                .setVersion(version)
                .build();
        this.task = task;
    }

    /** In the order of the ids. */
    List<Classification> classify(List<String> ids) {
        List<Classification> all = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += MOST_IDS) {
            ClassifyResponse reply = client.predictions()
                    .classify(ClassifyRequest.newBuilder()
                            .setModel(model)
                            .setTask(task)
                            .addAllNodeIds(ids.subList(from, Math.min(ids.size(), from + MOST_IDS)))
                            .build());
            all.addAll(reply.getClassificationsList());
        }
        return all;
    }

    /** Probability of one class, by node id. */
    Map<String, Float> probabilities(List<String> ids, String className) {
        Map<String, Float> probabilities = new LinkedHashMap<>();
        for (Classification c : classify(ids)) {
            for (ClassScore score : c.getScoresList()) {
                if (score.getClassName().equals(className)) {
                    probabilities.put(c.getNodeId(), score.getProbability());
                }
            }
        }
        return probabilities;
    }
}
