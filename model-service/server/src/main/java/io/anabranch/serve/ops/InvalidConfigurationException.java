package io.anabranch.serve.ops;

/** A configuration that the server cannot run with. The message names key, value and what is allowed. */
public final class InvalidConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidConfigurationException(String message) {
        super(message);
    }
}
