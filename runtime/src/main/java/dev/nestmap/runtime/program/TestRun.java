/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a test run of a program gave. */
public final class TestRun {
    private final int returnValue;
    private final byte[] dataOut;
    private final byte[] contextOut;
    private final @Nullable Duration averageDuration;

    /** For those who run programs: see the methods of the same names. */
    public TestRun(int returnValue, byte[] dataOut, byte[] contextOut, @Nullable Duration averageDuration) {
        this.returnValue = returnValue;
        this.dataOut = dataOut.clone();
        this.contextOut = contextOut.clone();
        this.averageDuration = averageDuration;
    }

    /** What the program returned, as the kernel gives it: {@code XDP_PASS} is 2. */
    public int returnValue() {
        return returnValue;
    }

    /** A copy of the packet as the program left it; empty when it was given none. */
    public byte[] dataOut() {
        return dataOut.clone();
    }

    /** A copy of the context as the program left it; empty when it was given none. */
    public byte[] contextOut() {
        return contextOut.clone();
    }

    /** Time of one run, as the kernel measured it; null when it does not measure programs of this kind. */
    public @Nullable Duration averageDuration() {
        return averageDuration;
    }

    @Override
    public String toString() {
        return "TestRun[returnValue=" + returnValue + ", dataOut=" + dataOut.length + " bytes, contextOut="
                + contextOut.length + " bytes, averageDuration=" + averageDuration + "]";
    }
}
