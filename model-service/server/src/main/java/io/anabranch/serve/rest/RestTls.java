package io.anabranch.serve.rest;

import io.anabranch.serve.guard.GuardConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Has the REST port ask for client certificates as the gRPC port does; Quarkus' own key for that is fixed when it is built. */
@Singleton
final class RestTls implements HttpServerOptionsCustomizer {

    private final GuardConfig guard;

    @Inject
    RestTls(GuardConfig guard) {
        this.guard = guard;
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setClientAuth(
                switch (guard.clientCertificates()) {
                    case NONE -> ClientAuth.NONE;
                    case REQUEST -> ClientAuth.REQUEST;
                    case REQUIRED -> ClientAuth.REQUIRED;
                });
    }
}
