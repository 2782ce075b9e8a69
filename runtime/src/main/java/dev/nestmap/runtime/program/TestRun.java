/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The result of a test run of a program. */
public final class TestRun {
    private final int returnValue;
    private final byte[] dataOut;
    private final byte[] contextOut;
    private final @Nullable Duration averageDuration;

    /**
     * Creates a result. The runtime calls it.
     *
     * @param returnValue what the program returned
     * @param dataOut the packet after the run; empty if there was none
     * @param contextOut the context after the run; empty if there was none
     * @param averageDuration time of one run; null if the kernel did not measure it
     */
    public TestRun(int returnValue, byte[] dataOut, byte[] contextOut, @Nullable Duration averageDuration) {
        this.returnValue = returnValue;
        this.dataOut = dataOut.clone();
        this.contextOut = contextOut.clone();
        this.averageDuration = averageDuration;
    }

    /** {@return the program's return value as the kernel reports it: 2 for {@code XDP_PASS}} */
    public int returnValue() {
        return returnValue;
    }

    /** {@return a copy of the packet after the run; empty if the program received none} */
    public byte[] dataOut() {
        return dataOut.clone();
    }

    /** {@return a copy of the context after the run; empty if the program received none} */
    public byte[] contextOut() {
        return contextOut.clone();
    }

    /**
     * {@return the average time of one run as the kernel measured it; null if the kernel does not measure programs of this kind}
     */
    public @Nullable Duration averageDuration() {
        return averageDuration;
    }

    @Override
    public String toString() {
        return "TestRun[returnValue=" + returnValue + ", dataOut=" + dataOut.length + " bytes, contextOut="
                + contextOut.length + " bytes, averageDuration=" + averageDuration + "]";
    }
}
