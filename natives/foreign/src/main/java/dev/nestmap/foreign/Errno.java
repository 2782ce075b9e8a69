/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** The errno of a thread's last call that saved it. The Java VM may overwrite errno itself between two calls. */
final class Errno {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    private static final long OFFSET = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final ThreadLocal<MemorySegment> OF_THREAD =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private Errno() {}

    /** Where a call of this thread saves its errno. */
    static MemorySegment memory() {
        return OF_THREAD.get();
    }

    static int last() {
        return memory().get(ValueLayout.JAVA_INT, OFFSET);
    }
}
