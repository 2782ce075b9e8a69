/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

/**
 * What a test run gives to a program. Start from {@link #none()}, {@link #packet} or {@link #context}.
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

    /** No input: for programs that read no packet, as {@code SEC("syscall")}. */
    public static TestRunOptions none() {
        return NONE;
    }

    /** A packet, from its Ethernet header on. */
    public static TestRunOptions packet(byte[] data) {
        return NONE.withData(data);
    }

    /** The bytes of the program's context structure: what a {@code SEC("syscall")} program gets as its argument. */
    public static TestRunOptions context(byte[] context) {
        return NONE.withContext(context);
    }

    /** The same, with this packet. */
    public TestRunOptions withData(byte[] data) {
        return new TestRunOptions(data.clone(), context, repeat);
    }

    /** The same, with this context. */
    public TestRunOptions withContext(byte[] context) {
        return new TestRunOptions(data, context.clone(), repeat);
    }

    /** The same, run this many times, where the kernel repeats programs of this kind. */
    public TestRunOptions withRepeat(int repeat) {
        if (repeat < 1) {
            throw new IllegalArgumentException("repeat is " + repeat + ": a program is run at least once");
        }
        return new TestRunOptions(data, context, repeat);
    }

    /** A copy of the packet; empty when there is none. */
    public byte[] data() {
        return data.clone();
    }

    /** A copy of the context; empty when there is none. */
    public byte[] context() {
        return context.clone();
    }

    /** How often to run, 1 or more. */
    public int repeat() {
        return repeat;
    }
}
