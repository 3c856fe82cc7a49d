package io.anabranch.stream.frozen;

/** A model snapshot that cannot be served; the message names what is wrong with it. */
public final class InvalidModelException extends Exception {
    InvalidModelException(String message) {
        super(message);
    }
}
