/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.schema.MapKind;

/** The pages of this machine. Buffers of events consist of them, and limits of the kernel grow with them. */
public final class Pages {
    /** Size of a page in bytes. */
    public static final int SIZE = NativeLibraries.libc().getpagesize();

    private Pages() {}

    /** Skips a test of limits that are those of the smallest pages, as in Nestmap's rules and maps in memory. */
    public static void assumeSmallest() {
        assumeTrue(
                SIZE == MapKind.PAGE_SIZE,
                "the rules have the limits of pages of " + MapKind.PAGE_SIZE + " bytes, and this machine's have "
                        + SIZE);
    }
}
