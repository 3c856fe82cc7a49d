package io.anabranch.standalone.payments;

/**
 * One account of the generated world.
 *
 * @param community group of accounts that pay one another, as families and suppliers do
 * @param ring the fraud ring that it belongs to, or {@link #NO_RING}
 * @param closedMs when it is closed; {@link Long#MAX_VALUE}: never
 */
record Account(String id, boolean business, int community, int ring, long openedMs, long closedMs, Share share) {

    static final int NO_RING = -1;

    /** Which part of the labelled data it belongs to; newcomers have no label. */
    enum Share {
        TRAIN,
        VALIDATION,
        TEST,
        UNLABELLED
    }

    boolean fraud() {
        return ring != NO_RING;
    }

    boolean open(long timeMs) {
        return openedMs <= timeMs && timeMs < closedMs;
    }
}
