/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOSPC;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * RINGBUF and USER_RINGBUF ({@code kernel/bpf/ringbuf.c}). In place of programs, a test writes the records of a RINGBUF and takes the
 * records of a USER_RINGBUF.
 */
final class HeapRing extends HeapMap implements StreamOperations {
    /** Guards the changes of all rings, because one wait may be for several rings. */
    private static final Object CHANGES = new Object();

    /** From the oldest to the newest. */
    private final Deque<byte[]> records = new ArrayDeque<>();

    private long used;

    HeapRing(MapShape shape) {
        super(shape, null);
    }

    @Override
    StreamOperations stream() {
        return this;
    }

    @Override
    public int take(OffHeapBlock to) {
        synchronized (CHANGES) {
            byte[] record = records.pollFirst();
            if (record == null) {
                return -ENOENT;
            }
            used -= room(record.length);
            to.bytes().put(0, record, 0, Math.min(record.length, to.size()));
            return record.length;
        }
    }

    @Override
    public int takeMany(OffHeapBlock to, int usual) {
        synchronized (CHANGES) {
            int end = 0;
            for (byte[] record = records.peekFirst(); record != null; record = records.peekFirst()) {
                int room = room(record.length);
                if (end > 0 && room > to.size() - end) {
                    break;
                }
                to.bytes().putInt(end, record.length);
                int fits = Math.min(record.length, to.size() - end - RECORD_HEAD);
                to.bytes().put(end + RECORD_HEAD, record, 0, fits);
                end += room;
                used -= room;
                records.removeFirst();
            }
            return end == 0 ? -ENOENT : end;
        }
    }

    @Override
    public void giveBack(OffHeapBlock from, int at, int end) {
        synchronized (CHANGES) {
            Deque<byte[]> taken = new ArrayDeque<>();
            ByteBuffer bytes = from.bytes();
            for (int next = at; next < end; ) {
                byte[] record = new byte[bytes.getInt(next)];
                bytes.get(next + RECORD_HEAD, record);
                taken.push(record);
                next += room(record.length);
            }
            for (byte[] record : taken) { // the newest first
                records.addFirst(record);
                used += room(record.length);
            }
        }
    }

    @Override
    public int put(OffHeapBlock from, int size) {
        int result = add(from, size);
        if (result != 0) {
            writeHasFailed(0); // the helper that reserves a record does not know the error
        }
        return result;
    }

    /** Adds a record. Returns a negative errno if it is lost. */
    private int add(OffHeapBlock from, int size) {
        byte[] record = new byte[size];
        from.bytes().get(0, record);
        synchronized (CHANGES) {
            if (room(size) > capacity() - used) {
                return -ENOSPC;
            }
            records.addLast(record);
            used += room(size);
            CHANGES.notifyAll();
            return 0;
        }
    }

    /** The bytes that records fill at most. A program leaves one byte of a RINGBUF free, and user space fills a USER_RINGBUF. */
    private long capacity() {
        return shape().maxEntries() - (shape().kind() == MapKind.RINGBUF ? 1 : 0);
    }

    /** The bytes that a record fills. */
    private static int room(int size) {
        return RECORD_HEAD + (size + 7) / 8 * 8;
    }

    @Override
    public Wait newWait() {
        return new HeapWait();
    }

    @Override
    int lookup(OffHeapBlock block, int keyAt, int valueAt) {
        return unsupported();
    }

    private static final class HeapWait implements Wait {
        private boolean woken;

        @Override
        public int await(List<RawMap> maps, int millis) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            synchronized (CHANGES) {
                try {
                    long left = millis;
                    while (!woken && left > 0 && maps.stream().allMatch(HeapWait::isEmpty)) {
                        CHANGES.wait(left);
                        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return 0;
        }

        private static boolean isEmpty(RawMap map) {
            return ((HeapRing) ((HeapHandle) map).map()).records.isEmpty();
        }

        @Override
        public void wake() {
            synchronized (CHANGES) {
                woken = true;
                CHANGES.notifyAll();
            }
        }

        @Override
        public void close() {}
    }
}
