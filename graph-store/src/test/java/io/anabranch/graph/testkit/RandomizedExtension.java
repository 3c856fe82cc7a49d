package io.anabranch.graph.testkit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Makes the runs of {@link Randomized}. */
final class RandomizedExtension implements TestTemplateInvocationContextProvider {

    private static final String SEED = "test.seed";
    private static final String RUNS = "test.runs";

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        int runs =
                Integer.getInteger(RUNS, method.getAnnotation(Randomized.class).runs());
        return seeds(method, System.getProperty(SEED, ""), runs).mapToObj(Run::new);
    }

    static LongStream seeds(Method method, String property, int runs) {
        return switch (property) {
            case "" ->
                new SplittableRandom((method.getDeclaringClass().getName() + '#' + method.getName()).hashCode())
                        .longs(runs);
            case "fresh" -> new SplittableRandom().longs(runs);
            default -> LongStream.of(Long.parseLong(property));
        };
    }

    private record Run(long seed) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int invocationIndex) {
            return "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new SeedParameter(seed), new SeedReporter(seed));
        }
    }

    private record SeedParameter(long seed) implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == RandomGenerator.class || type == long.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == long.class ? (Object) seed : new SplittableRandom(seed);
        }
    }

    private record SeedReporter(long seed) implements TestExecutionExceptionHandler {

        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            if (failure instanceof org.opentest4j.TestAbortedException) {
                throw failure;
            }
            String test = context.getRequiredTestClass().getSimpleName() + "#"
                    + context.getRequiredTestMethod().getName();
            throw new AssertionError("%s\nReplay with -Dtest=%s -D%s=%d".formatted(failure, test, SEED, seed), failure);
        }
    }
}
