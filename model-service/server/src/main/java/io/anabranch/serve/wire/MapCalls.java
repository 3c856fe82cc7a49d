package io.anabranch.serve.wire;

import io.anabranch.serve.map.EmbeddingMap;
import io.anabranch.serve.map.EmbeddingMap.Point;
import io.anabranch.serve.map.EmbeddingMaps;
import io.anabranch.v1.MapEmbeddingsRequest;
import io.anabranch.v1.MapEmbeddingsResponse;
import java.util.concurrent.CompletableFuture;

/**
 * Maps of embeddings, without a transport. Never blocks, but writing a large answer takes some milliseconds: not for an event loop. Problems are
 * thrown, or come with the future.
 */
public final class MapCalls {

    private final EmbeddingMaps maps;

    public MapCalls(EmbeddingMaps maps) {
        this.maps = maps;
    }

    public CompletableFuture<MapEmbeddingsResponse> mapEmbeddings(MapEmbeddingsRequest request) {
        return maps.map(Mapping.choice(request.getModel()), request.getTask(), request.getMaxNodes())
                .thenApply(MapCalls::response);
    }

    private static MapEmbeddingsResponse response(EmbeddingMap map) {
        MapEmbeddingsResponse.Builder response = MapEmbeddingsResponse.newBuilder()
                .setModelVersion(map.modelVersion())
                .setTask(map.task())
                .addAllClassNames(map.classNames())
                .setVertices(map.vertices())
                .setExplainedVariance(map.explained())
                .setAxesRevision(map.axesRevision())
                .addAllReflected(Mapping.positions(map.reflected()));
        for (Point point : map.points()) {
            response.addNodeIds(point.nodeId())
                    .addX(point.x())
                    .addY(point.y())
                    .addClassIndex(point.classIndex())
                    .addPartition(point.partition())
                    .addAgeS(point.ageS());
        }
        return response.build();
    }
}
