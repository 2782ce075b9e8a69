/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import java.nio.ByteBuffer;
import java.util.List;

/** Converts the bytes of a key or value from its old to its new layout. {@link LayoutConversionPlanner} creates it. */
final class LayoutConversion {
    private final List<Step> steps;

    /** Writes a part of the new key or value. */
    @FunctionalInterface
    interface Step {
        /** Reads the old key or value at {@code fromAt} and writes the new one at {@code toAt}. */
        void run(ByteBuffer from, int fromAt, ByteBuffer to, int toAt);
    }

    LayoutConversion(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** Writes the new key or value. The caller has filled its bytes with zeros. */
    void run(ByteBuffer from, int fromAt, ByteBuffer to, int toAt) {
        for (Step step : steps) {
            step.run(from, fromAt, to, toAt);
        }
    }
}
