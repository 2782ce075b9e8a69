/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import jnr.ffi.LibraryLoader;

/** Pins the calling thread to its current CPU until it is closed, so that test runs of programs use that CPU. */
public final class OneCpu implements AutoCloseable {
    private static final C LIBC =
            LibraryLoader.create(C.class).failImmediately().load("c");

    private static final int THIS_THREAD = 0;

    /** {@code sched.h}: room for CPU_SETSIZE, 1024. */
    private static final int SET_BYTES = 128;

    private final byte[] before = new byte[SET_BYTES];

    private OneCpu(int cpu) {
        check(LIBC.sched_getaffinity(THIS_THREAD, SET_BYTES, before), "sched_getaffinity");
        byte[] only = new byte[SET_BYTES];
        only[cpu / Byte.SIZE] = (byte) (1 << cpu % Byte.SIZE);
        check(LIBC.sched_setaffinity(THIS_THREAD, SET_BYTES, only), "sched_setaffinity");
    }

    /** Pins the calling thread to the CPU that it runs on. The thread must also close the result. */
    public static OneCpu pin() {
        return pin(LIBC.sched_getcpu());
    }

    /** Pins the calling thread to the CPU with this number. The thread must also close the result. */
    public static OneCpu pin(int cpu) {
        return new OneCpu(cpu);
    }

    @Override
    public void close() {
        check(LIBC.sched_setaffinity(THIS_THREAD, SET_BYTES, before), "sched_setaffinity");
    }

    private static void check(int result, String what) {
        if (result < 0) {
            throw new IllegalStateException(what + " failed");
        }
    }

    /** {@code sched.h}. */
    public interface C {
        int sched_getcpu();

        int sched_getaffinity(int pid, long cpusetsize, byte[] mask);

        int sched_setaffinity(int pid, long cpusetsize, byte[] mask);
    }
}
