package io.anabranch.stream;

/** A configuration value that cannot be used. The message names key, value and what is allowed. */
public final class InvalidConfigurationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidConfigurationException(String message) {
        super(message);
    }
}
