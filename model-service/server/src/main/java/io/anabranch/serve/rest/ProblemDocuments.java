package io.anabranch.serve.rest;

import com.google.rpc.Code;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Beyond;
import io.anabranch.serve.Problem.Exhausted;
import io.anabranch.serve.Problem.Invalid;
import io.anabranch.serve.Problem.Late;
import io.anabranch.serve.Problem.Missing;
import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import io.anabranch.serve.Problem.Unmet;
import io.anabranch.serve.Problem.Unready;
import io.anabranch.serve.Problem.Unsupported;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.wire.ProblemStatus;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/**
 * Errors as RFC 9457 documents: {@code type}, {@code title}, {@code status}, {@code detail}, and of ours {@code code}
 * (the google.rpc code), {@code reason}, and {@code errors} or {@code missing} where they say something.
 */
public class ProblemDocuments {

    static final String MEDIA_TYPE = "application/problem+json";

    /** Under it errors also have the member that this protocol's clients read. */
    private static final String INFERENCE_PROTOCOL = "/v2";

    private static final Logger LOG = Logger.getLogger(ProblemDocuments.class);

    @ServerExceptionMapper
    public Response of(ProblemException exception, UriInfo uri) {
        return of(exception.problem(), uri.getPath());
    }

    /** Answers where there is no resource. */
    static void write(HttpServerResponse response, Problem problem, String path) {
        try (Response document = of(problem, path)) {
            response.setStatusCode(document.getStatus());
            document.getStringHeaders().forEach((name, values) -> response.putHeader(name, values));
            var unused = response.end(String.valueOf(document.getEntity()));
        }
    }

    private static Response of(Problem problem, String path) {
        Code code = Code.forNumber(ProblemStatus.of(problem).getCode());
        JsonObject document = document(path, status(problem), title(problem), problem.message())
                .put("code", code.name())
                .put("reason", problem.reason());
        switch (problem) {
            case Invalid invalid -> {
                JsonArray errors = new JsonArray();
                invalid.violations()
                        .forEach(v -> errors.add(
                                new JsonObject().put("field", v.field()).put("description", v.description())));
                document.put("errors", errors);
            }
            case Missing missing -> {
                JsonArray names = new JsonArray();
                missing.names().forEach(names::add);
                document.put("kind", missing.kind().label()).put("missing", names);
            }
            case Unready unready -> {
                return response(document, unready.retryAfter());
            }
            case Exhausted exhausted -> {
                return response(document, exhausted.retryAfter());
            }
            case Late late -> {
                JsonObject facts = new JsonObject();
                late.facts().forEach(facts::put);
                document.put("facts", facts);
            }
            case Unmet unmet -> {}
            case Beyond beyond -> {}
            case Unsupported unsupported -> {}
            case Refused refused -> {
                return response(document, refused.retryAfter());
            }
        }
        return response(document, null);
    }

    @ServerExceptionMapper
    public Response of(WebApplicationException exception, UriInfo uri) {
        Response.StatusType status = exception.getResponse().getStatusInfo();
        return response(
                document(uri.getPath(), status.getStatusCode(), status.getReasonPhrase(), exception.getMessage()),
                null);
    }

    /** The one place where a fault of ours becomes an answer. */
    @ServerExceptionMapper
    public Response of(RuntimeException exception, UriInfo uri) {
        LOG.error("A call failed by a fault of this server.", exception);
        return response(
                document(uri.getPath(), 500, "Internal fault", "Internal fault; the server's log has it.")
                        .put("code", Code.INTERNAL.name()),
                null);
    }

    private static JsonObject document(String path, int status, String title, @Nullable String detail) {
        JsonObject document = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        return path.startsWith(INFERENCE_PROTOCOL) ? document.put("error", detail) : document;
    }

    private static Response response(JsonObject document, @Nullable Duration retryAfter) {
        Response.ResponseBuilder response =
                Response.status(document.getInteger("status")).type(MEDIA_TYPE).entity(document.encode());
        if (retryAfter != null) {
            response.header("Retry-After", Math.max(1, retryAfter.toSeconds()));
        }
        if (document.getInteger("status") == Response.Status.UNAUTHORIZED.getStatusCode()) {
            response.header("WWW-Authenticate", "Bearer");
        }
        return response.build();
    }

    /** The HTTP status that google.rpc.Code names for the problem's code. */
    private static int status(Problem problem) {
        return switch (problem) {
            case Invalid invalid -> 400;
            case Missing missing -> 404;
            case Unmet unmet -> 400;
            case Unready unready -> 503;
            case Exhausted exhausted -> 429;
            case Late late -> 504;
            case Beyond beyond -> 400;
            case Unsupported unsupported -> 501;
            case Refused refused -> status(refused.refusal());
        };
    }

    /** A server that is full says so itself (503); a tenant that asks for too much is told so (429). */
    private static int status(Refusal refusal) {
        return switch (refusal) {
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case OVERLOADED, STOPPING -> 503;
            case QUOTA -> 429;
            case EXPIRED -> 504;
        };
    }

    private static String title(Problem problem) {
        return switch (problem) {
            case Invalid invalid -> "The request is wrong";
            case Missing missing -> "There is no such " + missing.kind().label();
            case Unmet unmet -> "Not in the present state";
            case Unready unready -> "Not ready yet";
            case Exhausted exhausted -> "Too much at once";
            case Late late -> "Not reached in time";
            case Beyond beyond -> "Behind the end";
            case Unsupported unsupported -> "Not supported";
            case Refused refused -> "Refused";
        };
    }
}
