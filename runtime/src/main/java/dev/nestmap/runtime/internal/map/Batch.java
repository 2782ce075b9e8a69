/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.OffHeapBlockCache;
import java.util.List;
import java.util.Objects;

/**
 * The arguments and the entries of a system call for many entries, in one block of memory: the options, a counter, two cursors, the keys, and
 * the values. A lookup ({@code BPF_MAP_LOOKUP_BATCH}, {@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}) fills the batch and moves the cursor; {@link
 * BatchScan} is the loop over it. Before an update or delete ({@code BPF_MAP_UPDATE_BATCH}, {@code BPF_MAP_DELETE_BATCH}) the caller fills it;
 * {@link BatchChange} is the loop over it.
 */
public final class Batch {
    /** The offset of {@code struct bpf_map_batch_opts} of libbpf: its size, the flags for each element, and the flags of the call. */
    public static final int OPTIONS_AT = 0;

    /** The offset of a {@code __u32} that passes a number of entries to the kernel, and returns how many it has read or changed. */
    public static final int COUNTER_AT = 24;

    /** The offset of the cursor that a lookup continues from. */
    public static final int CURSOR_AT = COUNTER_AT + Long.BYTES;

    private static final int ELEMENT_FLAGS_AT = 8;
    private static final int CALL_FLAGS_AT = 16;

    /** Measured: the cost per entry is the same for batches of 1,024 to 16,384 entries, and higher for smaller ones. */
    static final int ENTRIES = 4096;

    private static final int BYTES = 1 << 22;

    private final OffHeapBlock memory;
    private final int keySize;
    private final int valueBytes;
    private final int nextCursorAt;
    private final int keysAt;
    private final int valuesAt;
    private final int capacity;
    private int mostAtOnce = Integer.MAX_VALUE;
    private boolean started;
    private int count;
    private int done;

    /** Creates a batch with room for {@code capacity} keys and values of these sizes in bytes. */
    public Batch(int keySize, int valueBytes, int capacity) {
        int cursorSize = Math.max(Integer.BYTES, keySize);
        this.keySize = keySize;
        this.valueBytes = valueBytes;
        this.capacity = capacity;
        this.nextCursorAt = CURSOR_AT + cursorSize;
        this.keysAt = CURSOR_AT + Alignment.align(2 * cursorSize);
        this.valuesAt = Math.addExact(keysAt, Alignment.align(Math.multiplyExact(capacity, keySize)));
        this.memory = OffHeapBlockCache.take(Math.addExact(valuesAt, Math.multiplyExact(capacity, valueBytes)));
        memory.bytes()
                .putLong(OPTIONS_AT, COUNTER_AT)
                .putLong(ELEMENT_FLAGS_AT, 0)
                .putLong(CALL_FLAGS_AT, 0);
    }

    /** Creates a batch of {@code capacity} entries of this map. */
    public Batch(RawMap map, int capacity) {
        this(map.shape().keySize(), map.valueBytes(), capacity);
    }

    /** Creates a batch of the keys of these slots of an outer map, with room for one file descriptor each. */
    public Batch(int keySize, List<SlotKey> slots) {
        this(keySize, Integer.BYTES, slots.size());
        begin(slots.size());
        for (int i = 0; i < count; i++) {
            slots.get(i).writeTo(memory, keyAt(i));
        }
    }

    /** Ends the use of this batch, so that the thread's next batch can use its memory. */
    public void release() {
        OffHeapBlockCache.giveBack(memory);
    }

    /** Returns a batch with more room at the same position, and ends the use of this one, which was too small for the next bucket. */
    public Batch grown(int larger) {
        Batch grown = new Batch(keySize, valueBytes, larger).withFlags(flags());
        memory.copy(CURSOR_AT, grown.memory, CURSOR_AT, nextCursorAt - CURSOR_AT);
        grown.started = started;
        release();
        return grown;
    }

    /** Moves an entry to the place of an earlier one. */
    void move(int from, int to) {
        if (from != to) {
            memory.copy(keyAt(from), memory, keyAt(to), keySize);
            memory.copy(valueAt(from), memory, valueAt(to), valueBytes);
        }
    }

    /** The number of entries that one batch should hold: as many as wanted, within a limit on bytes. At least 1. */
    static int capacity(RawMap map, long wanted) {
        int entrySize = Math.max(1, map.shape().keySize() + map.valueBytes()); // a ring buffer has neither
        return (int) Math.max(1, Math.min(wanted, BYTES / entrySize));
    }

    /**
     * Checks that a call for entries of these sizes stays inside the memory. The kernel does not know its size.
     *
     * @throws IndexOutOfBoundsException if keys or values of this size do not fit
     */
    public void requireRoom(int keyBytes, int bytesOfValue) {
        Objects.checkFromIndexSize(0, keyBytes, keySize);
        Objects.checkFromIndexSize(0, bytesOfValue, valueBytes);
    }

    /** Sets the flags that each value is read or written with: {@link RawMap#LOCK} or 0. Returns this batch. */
    public Batch withFlags(long flags) {
        memory.bytes().putLong(ELEMENT_FLAGS_AT, flags);
        return this;
    }

    /** The flags that each value is read or written with. */
    public long flags() {
        return memory.bytes().getLong(ELEMENT_FLAGS_AT);
    }

    /** The memory that contains everything. */
    public OffHeapBlock memory() {
        return memory;
    }

    /** The offset of the cursor that a lookup writes. */
    public int nextCursorAt() {
        return nextCursorAt;
    }

    /** The offset of a key. Keys follow each other without gaps. */
    public int keyAt(int index) {
        return keysAt + index * keySize;
    }

    /** The offset of a value. Values follow each other without gaps. */
    public int valueAt(int index) {
        return valuesAt + index * valueBytes;
    }

    /** Returns a copy of a key. */
    public byte[] key(int index) {
        byte[] key = new byte[keySize];
        memory.bytes().get(keyAt(index), key);
        return key;
    }

    /** The id of an inner map, in a batch of entries of an outer map. */
    public int innerId(int index) {
        return memory.bytes().getInt(valueAt(index));
    }

    /** The number of entries that fit into the batch. */
    public int capacity() {
        return capacity;
    }

    /** The number of entries that were read since {@link #begin}, or that the caller wants to change. */
    public int count() {
        return count;
    }

    /** Whether a previous lookup left a cursor to continue from. */
    public boolean started() {
        return started;
    }

    /**
     * Makes the cursor that a lookup has written the next one to continue from. Called by the map after each call that has read entries or
     * has succeeded.
     *
     * @param found the number of entries that the call has read
     */
    public void read(int found) {
        memory.copy(nextCursorAt, memory, CURSOR_AT, nextCursorAt - CURSOR_AT);
        started = true;
        count = found;
    }

    /** Starts a batch of this number of entries. None of them is changed yet. */
    public void begin(int entries) {
        count = entries;
        done = 0;
    }

    /** Lets the next lookup start at the beginning of the map. */
    void restart() {
        started = false;
    }

    /** The number of entries that are changed, counted from the first. The next call continues behind them. */
    public int done() {
        return done;
    }

    /** Marks more entries as done. Called by the map after a change, and by a caller that skips entries. */
    public void advance(int entries) {
        done += entries;
    }

    /** Limits the number of entries that one call changes, so that a thread that revokes the map's handle does not wait long. */
    Batch atMost(int entries) {
        mostAtOnce = entries;
        return this;
    }

    /** The number of entries that one call may change. */
    public int mostAtOnce() {
        return mostAtOnce;
    }
}
