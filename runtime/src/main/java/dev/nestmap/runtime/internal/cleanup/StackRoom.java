/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.cleanup;

/**
 * Checks the room on the stack before steps that must not end halfway. A {@code StackOverflowError} between them could leave a lock held or
 * a map without an owner.
 */
public final class StackRoom {
    /** So many frames take about 30 KiB, and 75 KiB before the JVM has compiled the method. The steps of a change need less. */
    private static final int FRAMES = 300;

    private StackRoom() {}

    /** Throws a {@code StackOverflowError} now if the stack has too little room for the steps that follow. Takes about a microsecond. */
    public static void require() {
        long used = use(FRAMES, 1, 2, 3, 4, 5, 6, 7);
        if (used == 0) { // never, but the compiler does not know
            throw new AssertionError();
        }
    }

    /** Calls itself. The arguments make the frame larger. */
    private static long use(int frames, long a, long b, long c, long d, long e, long f, long g) {
        return frames == 0 ? 1 : use(frames - 1, b, c, d, e, f, g, a) + (a | b | c | d | e | f | g);
    }
}
