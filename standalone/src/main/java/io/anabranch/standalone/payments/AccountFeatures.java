package io.anabranch.standalone.payments;

import java.util.random.RandomGenerator;

/**
 * What a bank knows of an account without looking at whom it pays: a dozen numbers in their natural units. A member of a
 * ring differs from other accounts by a fraction of a standard deviation in each, so alone they tell little.
 */
enum AccountFeatures {
    ACCOUNT_AGE_DAYS(900, 400, -0.25),
    LOG_BALANCE(7.5, 1.3, -0.15),
    PAYMENTS_PER_DAY(1.6, 0.7, 0.20),
    LOG_MEAN_AMOUNT(4.1, 0.9, 0.20),
    NIGHT_SHARE(0.18, 0.08, 0.25),
    FOREIGN_SHARE(0.10, 0.06, 0.20),
    DEVICES(2.2, 0.9, 0.25),
    FAILED_LOGINS(1.1, 0.8, 0.20),
    PASSWORD_CHANGES(0.7, 0.5, 0.15),
    ADDRESS_CHANGES(0.4, 0.3, 0.15),
    VERIFIED_LEVEL(2.0, 0.6, -0.20),
    EMAIL_AGE_DAYS(1500, 700, -0.20);

    /** Length of a feature row. */
    static final int COUNT = values().length;

    private static final float MERCHANT_FACTOR = 1.5f;
    private static final float BUSINESS_FACTOR = 1.15f;

    private final double mean;
    private final double deviation;
    private final double ringShift;

    AccountFeatures(double mean, double deviation, double ringShift) {
        this.mean = mean;
        this.deviation = deviation;
        this.ringShift = ringShift;
    }

    static float[] ofAccount(Account account, RandomGenerator random) {
        float[] row = new float[COUNT];
        for (AccountFeatures feature : values()) {
            double deviations = random.nextGaussian() + (account.fraud() ? feature.ringShift : 0);
            double center = account.business() ? feature.mean * BUSINESS_FACTOR : feature.mean;
            row[feature.ordinal()] = (float) (center + feature.deviation * deviations);
        }
        return row;
    }

    static float[] ofMerchant(RandomGenerator random) {
        float[] row = new float[COUNT];
        for (AccountFeatures feature : values()) {
            row[feature.ordinal()] =
                    (float) (feature.mean * MERCHANT_FACTOR + feature.deviation * random.nextGaussian());
        }
        return row;
    }
}
