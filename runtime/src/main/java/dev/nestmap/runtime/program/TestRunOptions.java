/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

/**
 * The input of a test run. Start from {@link #none()}, {@link #packet} or {@link #context}. Instances are immutable.
 */
public final class TestRunOptions {
    private static final byte[] NOTHING = {};
    private static final TestRunOptions NONE = new TestRunOptions(NOTHING, NOTHING, 1);

    private final byte[] data;
    private final byte[] context;
    private final int repeat;

    private TestRunOptions(byte[] data, byte[] context, int repeat) {
        this.data = data;
        this.context = context;
        this.repeat = repeat;
    }

    /** {@return options without input, for programs that read no packet, such as {@code SEC("syscall")}; one run} */
    public static TestRunOptions none() {
        return NONE;
    }

    /**
     * Returns options with a packet; one run.
     *
     * @param data the packet from its Ethernet header on
     * @return new options
     */
    public static TestRunOptions packet(byte[] data) {
        return NONE.withData(data);
    }

    /**
     * Returns options with a context; one run.
     *
     * @param context bytes of the program's context structure, which a {@code SEC("syscall")} program receives as its argument
     * @return new options
     */
    public static TestRunOptions context(byte[] context) {
        return NONE.withContext(context);
    }

    /**
     * Returns options with another packet.
     *
     * @param data the packet from its Ethernet header on
     * @return new options
     */
    public TestRunOptions withData(byte[] data) {
        return new TestRunOptions(data.clone(), context, repeat);
    }

    /**
     * Returns options with another context.
     *
     * @param context bytes of the program's context structure
     * @return new options
     */
    public TestRunOptions withContext(byte[] context) {
        return new TestRunOptions(data, context.clone(), repeat);
    }

    /**
     * Returns options with another number of runs. The kernel repeats only some kinds of programs and rejects the option for
     * others.
     *
     * @param repeat 1 or more
     * @return new options
     * @throws IllegalArgumentException if the number is less than 1
     */
    public TestRunOptions withRepeat(int repeat) {
        if (repeat < 1) {
            throw new IllegalArgumentException("repeat is " + repeat + ": a program is run at least once");
        }
        return new TestRunOptions(data, context, repeat);
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
