/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

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
     * @param returnValue the program's return value
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

    /**
     * The input of a test run. Start from {@link #none()}, {@link #packet} or {@link #context}. Instances are immutable.
     */
    public static final class Input {
        private static final byte[] NOTHING = {};
        private static final Input NONE = new Input(NOTHING, NOTHING, 1);

        private final byte[] data;
        private final byte[] context;
        private final int repeat;

        private Input(byte[] data, byte[] context, int repeat) {
            this.data = data;
            this.context = context;
            this.repeat = repeat;
        }

        /** {@return options for one run without input, for programs that read no packet, such as {@code SEC("syscall")}} */
        public static Input none() {
            return NONE;
        }

        /**
         * Returns options for one run with a packet.
         *
         * @param data the packet from its Ethernet header on
         * @return new options
         */
        public static Input packet(byte[] data) {
            return NONE.withData(data);
        }

        /**
         * Returns options for one run with a context.
         *
         * @param context bytes of the program's context structure, the argument of a {@code SEC("syscall")} program
         * @return new options
         */
        public static Input context(byte[] context) {
            return NONE.withContext(context);
        }

        /**
         * Returns options with a different packet.
         *
         * @param data the packet from its Ethernet header on
         * @return new options
         */
        public Input withData(byte[] data) {
            return new Input(data.clone(), context, repeat);
        }

        /**
         * Returns options with a different context.
         *
         * @param context bytes of the program's context structure
         * @return new options
         */
        public Input withContext(byte[] context) {
            return new Input(data, context.clone(), repeat);
        }

        /**
         * Returns options with the given number of runs. For some kinds of programs, the kernel rejects more than one run.
         *
         * @param repeat 1 or more
         * @return new options
         * @throws IllegalArgumentException if the number is less than 1
         */
        public Input withRepeat(int repeat) {
            if (repeat < 1) {
                throw new IllegalArgumentException("repeat is " + repeat + ": a program is run at least once");
            }
            return new Input(data, context, repeat);
        }

        /** {@return a copy of the packet; empty if there is none} */
        public byte[] data() {
            return data.clone();
        }

        /** {@return a copy of the context; empty if there is none} */
        public byte[] context() {
            return context.clone();
        }

        /** {@return the number of runs, 1 or more} */
        public int repeat() {
            return repeat;
        }
    }
}
