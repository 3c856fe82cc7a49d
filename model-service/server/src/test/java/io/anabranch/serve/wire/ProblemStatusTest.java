package io.anabranch.serve.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.Problem.Violation;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProblemStatusTest {

    private static ErrorInfo info(Status status) throws Exception {
        ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getDomain()).isEqualTo("anabranch.io");
        return info;
    }

    @Test
    void everyKindHasItsCodeAndDetail() throws Exception {
        Status invalid = ProblemStatus.of(new Problem.Invalid(List.of(new Violation("f", "wrong"))));
        assertThat(invalid.getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
        assertThat(invalid.getDetails(1)
                        .unpack(BadRequest.class)
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("f");

        Status missing = ProblemStatus.of(new Problem.Missing(ResourceKind.NODE, List.of("a", "b"), "gone"));
        assertThat(missing.getCode()).isEqualTo(Code.NOT_FOUND_VALUE);
        assertThat(info(missing).getReason()).isEqualTo("NODE_NOT_FOUND");
        assertThat(missing.getDetails(2).unpack(ResourceInfo.class).getResourceName())
                .isEqualTo("b");

        Status unmet = ProblemStatus.of(new Problem.Unmet("NO_ACTIVE_VERSION", "none"));
        assertThat(unmet.getCode()).isEqualTo(Code.FAILED_PRECONDITION_VALUE);
        assertThat(info(unmet).getReason()).isEqualTo("NO_ACTIVE_VERSION");

        Status unready = ProblemStatus.of(new Problem.Unready("wait", Duration.ofMillis(1500)));
        assertThat(unready.getCode()).isEqualTo(Code.UNAVAILABLE_VALUE);
        assertThat(unready.getDetails(1).unpack(RetryInfo.class).getRetryDelay().getNanos())
                .isEqualTo(500_000_000);

        Status exhausted = ProblemStatus.of(new Problem.Exhausted("full", Duration.ofSeconds(10)));
        assertThat(exhausted.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED_VALUE);
    }

    @Test
    void aThousandLongNamesStillFitIntoTrailers() throws Exception {
        List<String> names =
                IntStream.range(0, 1000).mapToObj(i -> i + "x".repeat(250)).toList();
        Status status = ProblemStatus.of(new Problem.Missing(ResourceKind.NODE, names, "m".repeat(10_000)));
        assertThat(status.getSerializedSize() * 4 / 3).isLessThan(6_000);
        assertThat(info(status).getMetadataMap()).containsEntry("missing", "1000");
        assertThat(Integer.parseInt(info(status).getMetadataOrThrow("listed")))
                .isEqualTo(status.getDetailsCount() - 1)
                .isPositive();
        List<Violation> violations =
                names.stream().map(n -> new Violation(n, n)).toList();
        assertThat(ProblemStatus.of(new Problem.Invalid(violations)).getSerializedSize())
                .isLessThan(4_500);
    }
}
