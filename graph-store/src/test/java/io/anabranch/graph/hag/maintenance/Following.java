package io.anabranch.graph.hag.maintenance;

/** Passes edits on to a patched or a maintained graph. */
final class Following {

    private Following() {}

    static EditStream.Follower patched(PatchedHag hag) {
        return new EditStream.Follower() {
            @Override
            public void add(int source, int target) {
                hag.add(source, target);
            }

            @Override
            public void remove(int source, int target) {
                hag.remove(source, target);
            }

            @Override
            public void addOwn(int vertex) {
                hag.addOwn(vertex);
            }

            @Override
            public void removeOwn(int vertex) {
                hag.removeOwn(vertex);
            }

            @Override
            public void clear(int target) {
                hag.clear(target);
            }

            @Override
            public void grow(int sources, int targets) {
                hag.grow(sources, targets);
            }
        };
    }

    static EditStream.Follower maintained(MaintainedHag hag) {
        return new EditStream.Follower() {
            @Override
            public void add(int source, int target) {
                hag.add(source, target);
            }

            @Override
            public void remove(int source, int target) {
                hag.remove(source, target);
            }

            @Override
            public void addOwn(int vertex) {
                hag.addOwn(vertex);
            }

            @Override
            public void removeOwn(int vertex) {
                hag.removeOwn(vertex);
            }

            @Override
            public void clear(int target) {
                hag.clear(target);
            }

            @Override
            public void grow(int sources, int targets) {
                hag.grow(sources, targets);
            }
        };
    }
}
