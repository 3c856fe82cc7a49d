package io.anabranch.serve.guard;

import io.vertx.core.json.JsonObject;
import org.jboss.logging.Logger;

/** One line of JSON for each administrative call, refused ones too. Never what a request or response holds. */
final class AuditLog {

    static final String CATEGORY = "io.anabranch.audit";

    private static final Logger LOG = Logger.getLogger(CATEGORY);

    /**
     * @param target the model, version or job that the request names; empty: none
     * @param outcome a code of google.rpc, such as OK
     */
    void record(Caller caller, Rpc rpc, String target, String outcome, String requestId) {
        LOG.info(new JsonObject()
                .put("who", caller.name())
                .put("tenant", caller.tenant())
                .put("what", rpc.name())
                .put("target", target)
                .put("outcome", outcome)
                .put("request_id", requestId)
                .encode());
    }
}
