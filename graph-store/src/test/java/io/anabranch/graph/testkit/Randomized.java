package io.anabranch.graph.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test many times, each with its own seed; a parameter of type {@code RandomGenerator} is seeded with it, and one of type
 * {@code long} is the seed itself.
 *
 * <p>Seeds follow from the method's name, so that every build runs the same cases. {@code -Dtest.seed=fresh} searches with new
 * ones, {@code -Dtest.runs=5000} with more; a failure prints the seed that replays it alone: {@code -Dtest.seed=1234}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(RandomizedExtension.class)
public @interface Randomized {

    /** How many seeds are run. */
    int runs() default 100;
}
