package io.anabranch.serve.rest;

import io.anabranch.serve.ProblemException;
import io.anabranch.serve.guard.Caller;
import io.anabranch.serve.guard.Credentials;
import io.anabranch.serve.guard.Guard;
import io.anabranch.serve.guard.GuardConfig;
import io.anabranch.serve.guard.Passage;
import io.anabranch.serve.guard.RequestIds;
import io.anabranch.serve.guard.RestTable;
import io.anabranch.serve.guard.Role;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Asks the guard about every REST call, as the RPC that it stands for, and about the paths below {@code /q}. */
@Singleton
public class RestGuard {

    static final String REQUEST_ID = "X-Request-Id";

    private static final String CALLER = "anabranch-caller";
    private static final int BEFORE_ALL_ROUTES = 1000;

    // Quarkus makes filters before it knows the configuration of the run.
    private final Provider<Guard> guard;
    private final Provider<GuardConfig> config;
    private final CurrentVertxRequest current;

    @Inject
    RestGuard(Provider<Guard> guard, Provider<GuardConfig> config, CurrentVertxRequest current) {
        this.guard = guard;
        this.config = config;
        this.current = current;
    }

    /** Of this call; the guard has let it in. */
    static Caller caller(ContainerRequestContext request) {
        if (request.getProperty(CALLER) instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("This call came not past the guard.");
    }

    @ServerRequestFilter(nonBlocking = true, priority = Priorities.AUTHENTICATION)
    public void admit(ContainerRequestContext request, ResourceInfo resource) {
        RoutingContext routing = current.getCurrent();
        String requestId = RequestIds.given(request.getHeaderString(REQUEST_ID));
        routing.response().putHeader(REQUEST_ID, requestId);
        String method = resource.getResourceClass().getSimpleName() + "."
                + resource.getResourceMethod().getName();
        String rpc = RestTable.rpc(method);
        Passage passage = guard.get()
                .admit(rpc == null ? method : rpc, streams(resource), credentials(routing.request()), requestId);
        passage.target(request.getUriInfo().getPath());
        request.setProperty(CALLER, passage.caller());
        routing.addEndHandler(end -> passage.end(outcome(routing, end.succeeded())));
    }

    private static boolean streams(ResourceInfo resource) {
        Produces ofMethod = resource.getResourceMethod().getAnnotation(Produces.class);
        Produces produces = ofMethod == null ? resource.getResourceClass().getAnnotation(Produces.class) : ofMethod;
        return produces != null && Arrays.asList(produces.value()).contains(MediaType.SERVER_SENT_EVENTS);
    }

    private static String outcome(RoutingContext routing, boolean answered) {
        int status = routing.response().getStatusCode();
        if (!answered) {
            return "CANCELLED";
        }
        return status < 400 ? "OK" : "HTTP_" + status;
    }

    void observeRoutes(@Observes Filters filters) {
        filters.register(this::demandBelowQ, BEFORE_ALL_ROUTES);
    }

    /** Health, metrics and API documents are no resources: they are guarded by path. */
    private void demandBelowQ(RoutingContext routing) {
        String path = routing.normalizedPath();
        if (path.startsWith("/q/")) {
            Role role = path.startsWith("/q/health")
                    ? config.get().health()
                    : config.get().metrics();
            try {
                guard.get().demand(role, credentials(routing.request()), path);
            } catch (ProblemException e) {
                ProblemDocuments.write(routing.response(), e.problem(), path);
                return;
            }
        }
        routing.next();
    }

    private static Credentials credentials(HttpServerRequest request) {
        return Credentials.of(request.getHeader("Authorization"), request.sslSession());
    }
}
