/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads and writes memory that programs write at the same time. Copies bytes in aligned words of up to 8 bytes, each as a whole. Reads have
 * acquire semantics, so a later read never sees an older state than an earlier read. Writes have release semantics: if a program sees a
 * word, and then reads with acquire semantics or with an address that depends on the word, it sees all earlier writes.
 */
public final class SharedWordAccess {
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private SharedWordAccess() {}

    /** Copies bytes from shared memory. */
    public static void read(ByteBuffer shared, int at, ByteBuffer to, int toAt, int size) {
        int word;
        int whole = at % Long.BYTES == 0 ? size & -Long.BYTES : 0;
        for (int done = 0; done < whole; done += Long.BYTES) {
            to.putLong(toAt + done, (long) LONG.getAcquire(shared, at + done));
        }
        for (int done = whole; done < size; done += word) {
            int from = at + done;
            word = word(from, size - done);
            switch (word) {
                case Long.BYTES -> to.putLong(toAt + done, (long) LONG.getAcquire(shared, from));
                case Integer.BYTES -> to.putInt(toAt + done, (int) INT.getAcquire(shared, from));
                case Short.BYTES -> to.putShort(toAt + done, (short) SHORT.getAcquire(shared, from));
                default -> {
                    to.put(toAt + done, shared.get(from));
                    VarHandle.acquireFence(); // bytes have no acquire access; load and fence are one
                }
            }
        }
    }

    /** Copies bytes to shared memory. */
    public static void write(ByteBuffer from, int fromAt, ByteBuffer shared, int at, int size) {
        int word;
        for (int done = 0; done < size; done += word) {
            int to = at + done;
            word = word(to, size - done);
            switch (word) {
                case Long.BYTES -> LONG.setRelease(shared, to, from.getLong(fromAt + done));
                case Integer.BYTES -> INT.setRelease(shared, to, from.getInt(fromAt + done));
                case Short.BYTES -> SHORT.setRelease(shared, to, from.getShort(fromAt + done));
                default -> {
                    VarHandle.releaseFence(); // likewise: fence and store are a release access
                    shared.put(to, from.get(fromAt + done));
                }
            }
        }
    }

    /** The size of the largest aligned word at an offset that is no longer than the rest. */
    private static int word(int at, int rest) {
        int aligned = Integer.lowestOneBit(at | Long.BYTES);
        return Math.min(aligned, Integer.highestOneBit(Math.min(rest, Long.BYTES)));
    }
}
