package io.anabranch.serve.wire;

import io.anabranch.serve.Problem;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ListModelsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions in pages, oldest first. A page token holds the last version of its page: versions that come or go between two pages shift
 * nothing. It holds a hash of the filter, too, and is refused with another one.
 */
final class ModelListing {

    static final int MAX_PAGE = 1000;

    private static final Pattern TOKEN = Pattern.compile("(\\d{1,18})/(-?\\d{1,10})");

    private final ModelRegistry registry;
    private final ModelMessages messages;

    ModelListing(ModelRegistry registry, ModelMessages messages) {
        this.registry = registry;
        this.messages = messages;
    }

    ListModelsResponse page(ListModelsRequest request) {
        ReadMask mask = ReadMask.of(request.getReadMask(), Model.getDescriptor());
        if (request.getPageSize() < 0) {
            throw Problem.invalid("page_size", "Must not be negative, but is %d.".formatted(request.getPageSize()));
        }
        Set<ModelState> states = states(request);
        int size = request.getPageSize() == 0 ? MAX_PAGE : Math.min(request.getPageSize(), MAX_PAGE);
        int filter = Objects.hash(
                request.getName(), states.stream().map(ModelState::getNumber).toList());
        long after = request.getPageToken().isEmpty() ? 0 : lastVersion(request.getPageToken(), filter);
        List<ModelVersion> page = new ArrayList<>();
        ListModelsResponse.Builder response = ListModelsResponse.newBuilder();
        for (ModelVersion version : registry.catalog().versions()) {
            if (version.version() <= after || !wanted(request.getName(), states, version)) {
                continue;
            }
            if (page.size() == size) {
                response.setNextPageToken(token(page.getLast().version(), filter));
                break;
            }
            page.add(version);
        }
        page.forEach(version -> response.addModels(mask.trim(messages.of(version))));
        return response.build();
    }

    private static Set<ModelState> states(ListModelsRequest request) {
        Set<ModelState> states = EnumSet.noneOf(ModelState.class);
        for (int i = 0; i < request.getStatesCount(); i++) {
            ModelState state = request.getStates(i);
            if (state == ModelState.MODEL_STATE_UNSPECIFIED || state == ModelState.UNRECOGNIZED) {
                throw Problem.invalid(
                        "states[%d]".formatted(i), "Must be a state of a model, but is %s.".formatted(state));
            }
            states.add(state);
        }
        return states;
    }

    private boolean wanted(String name, Set<ModelState> states, ModelVersion version) {
        return (name.isEmpty() || version.name().equals(name))
                && (states.isEmpty() || states.contains(messages.state(version)));
    }

    private static String token(long lastVersion, int filter) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("%d/%d".formatted(lastVersion, filter).getBytes(StandardCharsets.US_ASCII));
    }

    private static long lastVersion(String token, int filter) {
        String text;
        try {
            text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException e) {
            text = "";
        }
        Matcher matcher = TOKEN.matcher(text);
        if (!matcher.matches()) {
            throw Problem.invalid("page_token", "Is none that this service has given.");
        }
        if (!matcher.group(2).equals(Integer.toString(filter))) {
            throw Problem.invalid("page_token", "Belongs to a request with another name or other states.");
        }
        return Long.parseLong(matcher.group(1));
    }
}
