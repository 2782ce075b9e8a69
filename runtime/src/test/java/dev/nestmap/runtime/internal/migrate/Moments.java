/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import java.util.Random;

/** Which moments of an upgrade a test tries: each fourth one, and the others on other days, or each one with {@code -Dnestmap.moments=1}. */
final class Moments {
    static final int STEP = Integer.getInteger("nestmap.moments", 4);
    static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());

    private Moments() {}

    /** The first moment, which the seed selects. */
    static int first() {
        return new Random(SEED).nextInt(STEP);
    }
}
