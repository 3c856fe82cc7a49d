package io.anabranch.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Loopback ports: which are free, and how to say that one is not. */
public final class Ports {

    private Ports() {}

    /** A port that was free a moment ago. */
    public static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StartFailure("No free loopback port could be found: %s".formatted(e.getMessage()), e);
        }
    }

    /** Whether a server could listen on this port now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // A port whose last connections linger in TIME_WAIT is free to listen on.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Fails with a message for the user when the port is taken; {@code use} says what for, {@code setting} what to change. */
    public static void requireFree(int port, String use, String setting) {
        if (!isFree(port)) {
            throw new StartFailure("""
                    The port %d for %s is in use.
                    Maybe another instance runs; choose another port with %s (0: any free one).""".formatted(port, use, setting));
        }
    }
}
