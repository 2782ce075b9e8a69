/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;
import dev.nestmap.natives.Natives;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The native calls alone that Nestmap makes, by its implementation of native calls: the same functions of libbpf, with prepared addresses. What
 * Nestmap takes longer, its own code takes.
 */
final class BareCalls {
    private static final NativeLibrary LIBBPF = Natives.access().open("libbpf.so.1");
    private static final NativeFunction LOOKUP = LIBBPF.function("bpf_map_lookup_elem_flags", false);
    private static final NativeFunction UPDATE = LIBBPF.function("bpf_map_update_elem", false);
    private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder());
    private static final long KEY = Natives.access().address(MEMORY);
    private static final int VALUE_AT = 16;

    private BareCalls() {}

    static long getHash(long fd, int calls) {
        long sum = 0;
        for (long i = 0; i < calls; i++) {
            writeKey(i);
            if ((int) LOOKUP.call(fd, KEY, KEY + VALUE_AT, 0) != 0) {
                return -1;
            }
            sum += MEMORY.getLong(VALUE_AT) + MEMORY.getLong(VALUE_AT + Long.BYTES);
        }
        return sum;
    }

    static long getArray(long fd, int calls) {
        long sum = 0;
        for (int i = 0; i < calls; i++) {
            MEMORY.putInt(0, i);
            if ((int) LOOKUP.call(fd, KEY, KEY + VALUE_AT, 0) != 0) {
                return -1;
            }
            sum += MEMORY.getLong(VALUE_AT) + MEMORY.getLong(VALUE_AT + Long.BYTES);
        }
        return sum;
    }

    static long put(long fd, int calls) {
        for (long i = 0; i < calls; i++) {
            writeKey(i);
            MEMORY.putLong(VALUE_AT, i).putLong(VALUE_AT + Long.BYTES, 1);
            if ((int) UPDATE.call(fd, KEY, KEY + VALUE_AT, 0) != 0) {
                return -1;
            }
        }
        return calls;
    }

    /** The bytes of {@link Suite#key}. */
    private static void writeKey(long number) {
        MEMORY.putLong(0, number)
                .putInt(8, (int) number)
                .putShort(12, (short) 0xbb01)
                .putShort(14, (short) 17);
    }
}
