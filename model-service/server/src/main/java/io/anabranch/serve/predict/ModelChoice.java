package io.anabranch.serve.predict;

/**
 * Which model answers.
 *
 * @param name empty: the only model that has what is asked for
 * @param version 0: the active one
 */
public record ModelChoice(String name, long version) {

    public static final ModelChoice ANY = new ModelChoice("", 0);
}
