package io.anabranch.serve.predict;

/**
 * Which model answers.
 *
 * @param name empty: the only model that has what is asked for
 * @param version 0: the one that bears the alias; without one the active version, or the canary
 * @param alias empty: none
 * @param routingKey decides between active version and canary: equal keys, equal versions; empty: the active version
 */
public record ModelChoice(String name, long version, String alias, String routingKey) {

    public static final ModelChoice ANY = new ModelChoice("", 0);

    public ModelChoice(String name, long version) {
        this(name, version, "", "");
    }

    /** The same, by this key where it has none of its own. */
    public ModelChoice routedBy(String key) {
        return routingKey.isEmpty() ? new ModelChoice(name, version, alias, key) : this;
    }
}
