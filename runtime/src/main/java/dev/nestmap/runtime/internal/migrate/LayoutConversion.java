/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import java.nio.ByteBuffer;
import java.util.List;

/** From bytes of a type as it was to bytes of that type as it is; made by {@link LayoutConversionPlanner}. */
final class LayoutConversion {
    private final List<Step> steps;

    /** Writes a part of the new value, which is zeros before. */
    @FunctionalInterface
    interface Step {
        /** Of the old value at {@code fromAt} and the new one at {@code toAt}. */
        void run(ByteBuffer from, int fromAt, ByteBuffer to, int toAt);
    }

    LayoutConversion(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** Writes the new value, where there are zeros. */
    void run(ByteBuffer from, int fromAt, ByteBuffer to, int toAt) {
        for (Step step : steps) {
            step.run(from, fromAt, to, toAt);
        }
    }
}
