package io.anabranch.learn.recurrent;

/**
 * The most that a unit forgets of its number in a step: a keep factor is 1 - share + share σ(·), so at least 1 - share (MacKay et al., NeurIPS
 * 2018). What is forgotten must be remembered elsewhere to go back, so this bounds memory.
 *
 * @param share more than 0, at most 1
 */
public record ForgetLimit(double share) {

    private static final int MOST_BITS = 20;

    public ForgetLimit {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "The share that may be forgotten (%s) must be more than 0 and at most 1.".formatted(share));
        }
    }

    /** No limit but that of the fixed point, 24 bits. */
    public static ForgetLimit none() {
        return new ForgetLimit(1);
    }

    /** At most so many bits (1 to 20) per unit and step: a share of 1 - 2^-bits. */
    public static ForgetLimit ofBits(int bits) {
        if (bits < 1 || bits > MOST_BITS) {
            throw new IllegalArgumentException(
                    "The bits that may be forgotten (%d) must be from 1 to %d.\nMaybe no limit."
                            .formatted(bits, MOST_BITS));
        }
        return new ForgetLimit(1 - Math.scalb(1.0, -bits));
    }
}
