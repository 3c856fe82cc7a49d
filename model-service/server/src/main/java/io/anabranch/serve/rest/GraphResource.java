package io.anabranch.serve.rest;

import io.anabranch.serve.Problem;
import io.anabranch.serve.wire.GraphCalls;
import io.anabranch.v1.EdgeDirection;
import io.anabranch.v1.GetNodeRequest;
import io.anabranch.v1.ListEdgesRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Nodes and edges of the graph as JSON. */
@Path("/v1/nodes/{id}")
@Tag(name = "graph")
@Produces(MediaType.APPLICATION_JSON)
public class GraphResource {

    private final GraphCalls calls;

    @Inject
    GraphResource(GraphCalls calls) {
        this.calls = calls;
    }

    @GET
    @Operation(operationId = "getNode", summary = "A node as the server's replica of the graph has it")
    @APIResponse(
            responseCode = "200",
            description = "The node",
            content = @Content(schema = @Schema(ref = "GetNodeResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response get(@PathParam("id") String id) {
        return JsonCalls.json(
                calls.getNode(GetNodeRequest.newBuilder().setNodeId(id).build()));
    }

    @GET
    @Path("/edges")
    @Operation(operationId = "listEdges", summary = "A node's edges in one direction, in pages")
    @APIResponse(
            responseCode = "200",
            description = "A page of edges",
            content = @Content(schema = @Schema(ref = "ListEdgesResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response edges(
            @PathParam("id") String id,
            @Parameter(
                            required = true,
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"IN", "OUT"}))
                    @QueryParam("direction")
                    @Nullable
                    String direction,
            @QueryParam("pageSize") @Nullable String pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        ListEdgesRequest.Builder request =
                ListEdgesRequest.newBuilder().setNodeId(id).setDirection(direction(direction));
        if (pageSize != null) {
            request.setPageSize((int) JsonCalls.number("pageSize", pageSize, Integer.MAX_VALUE));
        }
        if (pageToken != null) {
            request.setPageToken(pageToken);
        }
        return JsonCalls.json(calls.listEdges(request.build()));
    }

    private static EdgeDirection direction(@Nullable String text) {
        return switch (text) {
            case "IN" -> EdgeDirection.EDGE_DIRECTION_IN;
            case "OUT" -> EdgeDirection.EDGE_DIRECTION_OUT;
            case null -> throw Problem.invalid("direction", "Is missing: must be IN or OUT.");
            default -> throw Problem.invalid("direction", "Must be IN or OUT, but is %s.".formatted(text));
        };
    }
}
