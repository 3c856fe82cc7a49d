package io.anabranch.serve.rest;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * The page of the service. Its files lie in {@code META-INF/resources}, where Quarkus serves them to everybody: they hold no facts, and what
 * they ask the service for passes the guard. This adds what browsers have to be told, and says how to get the page where it was not built.
 */
@Singleton
public class PageRoutes {

    private static final Set<String> FILES = Set.of("/", "/index.html", "/page.js", "/style.css");
    /** Nothing from elsewhere runs in the page, and nothing else shows it in a frame. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final int BEFORE_THE_FILES = -1;

    void observeRoutes(@Observes Router router) {
        router.get().order(BEFORE_THE_FILES).handler(PageRoutes::tellBrowsers);
        if (!built()) {
            router.get("/").handler(PageRoutes::sayWhatIsMissing);
        }
    }

    private static boolean built() {
        return Thread.currentThread().getContextClassLoader().getResource("META-INF/resources/index.html") != null;
    }

    private static void tellBrowsers(RoutingContext routing) {
        if (FILES.contains(routing.normalizedPath())) {
            routing.response()
                    .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("Referrer-Policy", "no-referrer");
            // Quarkus says that files never change, which a new version of the service belies.
            routing.addHeadersEndHandler(end -> routing.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache"));
        }
        routing.next();
    }

    private static void sayWhatIsMissing(RoutingContext routing) {
        HttpServerResponse response =
                routing.response().setStatusCode(404).putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        var unused = response.end("""
                This service was built without its page, since npm was missing. To build it: npm ci && npm run build in model-service/web, then the service again.
                The same facts: /v1/status, /q/openapi, /q/metrics.
                """);
    }
}
