package io.anabranch.serve.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SharedQuestionTest {

    private final List<CompletableFuture<Integer>> sent = new ArrayList<>();
    private final SharedQuestion<Integer> question = new SharedQuestion<>(() -> {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        sent.add(answer);
        return answer;
    });

    @Test
    void whoeverComesMeanwhileSharesTheAnswerToTheNextQuestion() {
        CompletableFuture<Integer> first = question.ask();
        CompletableFuture<Integer> second = question.ask();
        CompletableFuture<Integer> third = question.ask();
        assertThat(sent).hasSize(1);
        sent.getFirst().complete(1);
        assertThat(first).isCompletedWithValue(1);
        assertThat(second).as("it may have been read before it was asked for").isNotDone();
        assertThat(sent).hasSize(2);
        sent.get(1).complete(2);
        assertThat(second).isCompletedWithValue(2);
        assertThat(third).isCompletedWithValue(2);
        question.ask();
        assertThat(sent).hasSize(3);
    }

    @Test
    void afterAFailureTheNextOneIsAsked() {
        CompletableFuture<Integer> first = question.ask();
        CompletableFuture<Integer> second = question.ask();
        sent.getFirst().completeExceptionally(new IllegalStateException("away"));
        assertThat(first).isCompletedExceptionally();
        sent.get(1).complete(2);
        assertThat(second).isCompletedWithValue(2);
    }

    /** Else an answer of long ago would be given for ever. */
    @Test
    void anAnswerThatIsThereAtOnceIsNotGivenAgain() {
        int[] now = {0};
        List<CompletableFuture<Integer>> late = new ArrayList<>();
        SharedQuestion<Integer> quick = new SharedQuestion<>(() -> {
            if (now[0] < 2) {
                return CompletableFuture.completedFuture(now[0]);
            }
            late.add(new CompletableFuture<>());
            return late.getLast();
        });
        for (; now[0] < 2; now[0]++) {
            assertThat(quick.ask()).isCompletedWithValue(now[0]);
        }
        CompletableFuture<Integer> slow = quick.ask();
        CompletableFuture<Integer> after = quick.ask();
        late.getFirst().complete(7);
        assertThat(slow).isCompletedWithValue(7);
        assertThat(after).isNotDone();
        late.getLast().complete(8);
        assertThat(after).isCompletedWithValue(8);
    }
}
