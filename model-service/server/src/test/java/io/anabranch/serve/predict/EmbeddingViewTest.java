package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EmbeddingViewTest {

    private final EmbeddingView view = new EmbeddingView();
    private final List<String> heard = new ArrayList<>();

    EmbeddingViewTest() {
        view.listen(new EmbeddingListener() {
            @Override
            public void changed(long version, String vertexId, @Nullable NodeVector before, @Nullable NodeVector now) {
                heard.add("%d %s %s -> %s".formatted(version, vertexId, first(before), first(now)));
            }

            @Override
            public void dropped(long version) {
                heard.add(version + " dropped");
            }
        });
    }

    @Test
    void listenersHearOfEveryChangeAndOfNothingElse() {
        view.put(3, "a", vector(1));
        view.put(3, "a", vector(2));
        view.remove(3, "a");
        view.remove(3, "a");
        view.remove(4, "a");
        view.drop(3);
        view.drop(3);

        assertThat(heard).containsExactly("3 a - -> 1.0", "3 a 1.0 -> 2.0", "3 a 2.0 -> -", "3 dropped");
    }

    private static NodeVector vector(float value) {
        return new NodeVector(new float[] {value}, new NodeFreshness(0, 0, 0, 0));
    }

    private static String first(@Nullable NodeVector vector) {
        return vector == null ? "-" : Float.toString(vector.value(0));
    }
}
