package io.anabranch.cli;

import com.google.protobuf.ByteString;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A watch that outlives the service that answers it: when the service goes away it asks again, with the place of the last message, until
 * somebody answers. A service that has never answered is an error, and so is every answer other than UNAVAILABLE. For one thread.
 */
final class ResumableWatch {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final ServiceClient client;
    private final PrintWriter err;
    private WatchRequest request;
    private Iterator<WatchResponse> messages;
    private boolean answered;
    private Duration pause = FIRST_PAUSE;

    ResumableWatch(ServiceClient client, WatchRequest request, PrintWriter err) {
        this.client = client;
        this.request = request;
        this.err = err;
        this.messages = client.watching().watch(request);
    }

    /** Waits for the next message, heartbeats included. */
    WatchResponse next() throws InterruptedException {
        while (true) {
            try {
                WatchResponse message = messages.next();
                answered = true;
                pause = FIRST_PAUSE;
                resumeAt(message.getResumeToken());
                return message;
            } catch (StatusRuntimeException e) {
                if (!answered || e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
                again(String.valueOf(e.getStatus().getDescription()));
            } catch (NoSuchElementException e) {
                again("the stream has ended");
            }
        }
    }

    private void resumeAt(ByteString token) {
        if (!token.isEmpty()) {
            request = request.toBuilder().setResumeToken(token).build();
        }
    }

    private void again(String why) throws InterruptedException {
        err.printf("anabranch: the service is away (%s); asking again in %,d ms%n", why, pause.toMillis());
        err.flush();
        Thread.sleep(pause);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        messages = client.watching().watch(request);
    }
}
