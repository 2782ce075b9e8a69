/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.BlockCache;

/**
 * The arguments and results of a batched lookup ({@code BPF_MAP_LOOKUP_BATCH}, {@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}). The map fills it
 * with entries. It carries the cursor from one call to the next. {@link BatchScan} is the loop over it, {@link WriteBatch} the counterpart
 * for updates and deletes.
 */
public final class ReadBatch {
    /** {@code struct bpf_map_batch_opts} of libbpf: its size, the flags for each element, and the flags of the call. */
    static final int OPTIONS_SIZE = 24;

    /** Where the counter and the cursors are in the memory, behind the options. */
    private static final int COUNTER_AT = OPTIONS_SIZE;

    private static final int CURSOR_AT = COUNTER_AT + Long.BYTES;

    private static final int ELEMENT_FLAGS_AT = 8;
    private static final int CALL_FLAGS_AT = 16;

    /** Measured: the cost per entry is the same for batches of 1,024 to 16,384 entries, and higher for smaller ones. */
    static final int ENTRIES = 4096;

    static final int BYTES = 1 << 22;

    /** Contains the other blocks. */
    private final Block memory;

    private final Block cursor;
    private final Block keys;
    private final Block values;
    private final Block counter;
    private final Block options;
    private final int keysAt;
    private final int keySize;
    private final int valuesAt;
    private final int valueBytes;
    private final int capacity;
    private boolean started;
    private int count;

    /** Creates a batch of {@code capacity} entries of a map with this shape. The map must not be per-CPU. */
    public ReadBatch(MapShape shape, int capacity) {
        this(shape, shape.valueSize(), capacity);
    }

    /** Creates a batch of {@code capacity} entries of this map. */
    public ReadBatch(RawMap map, int capacity) {
        this(map.shape(), map.valueBytes(), capacity);
    }

    private ReadBatch(MapShape shape, int valueBytes, int capacity) {
        int cursorSize = 2 * Math.max(Integer.BYTES, shape.keySize());
        this.keySize = shape.keySize();
        this.valueBytes = valueBytes;
        this.keysAt = CURSOR_AT + Alignment.align(cursorSize);
        int keysSize = Math.multiplyExact(capacity, shape.keySize());
        this.valuesAt = Math.addExact(keysAt, Alignment.align(keysSize));
        int valuesSize = Math.multiplyExact(capacity, valueBytes);
        this.memory = BlockCache.take(Math.addExact(valuesAt, valuesSize));
        this.options = options(memory, 0);
        this.counter = memory.part(COUNTER_AT, Integer.BYTES);
        this.cursor = memory.part(CURSOR_AT, cursorSize);
        this.keys = memory.part(keysAt, keysSize);
        this.values = memory.part(valuesAt, valuesSize);
        this.capacity = capacity;
    }

    /** Ends the use of this batch, so that the thread's next batch can use its memory. */
    public void release() {
        BlockCache.giveBack(memory);
    }

    /** The number of entries that one call should read: as many as wanted, within the limits on entries and bytes. */
    static int capacity(RawMap map, long wanted) {
        long fitting = BYTES / Math.max(1, map.shape().keySize() + map.valueBytes()); // a ring buffer has neither
        return (int) Math.max(1, Math.min(Math.min(ENTRIES, wanted), fitting));
    }

    /** Writes the options of a batch whose elements have no flags, and returns the part of the memory that contains them. */
    static Block options(Block memory, int at) {
        Block options = memory.part(at, OPTIONS_SIZE);
        options.bytes().putLong(0, OPTIONS_SIZE);
        setFlags(options, 0);
        options.bytes().putLong(CALL_FLAGS_AT, 0);
        return options;
    }

    static void setFlags(Block options, long flags) {
        options.bytes().putLong(ELEMENT_FLAGS_AT, flags);
    }

    static long flags(Block options) {
        return options.bytes().getLong(ELEMENT_FLAGS_AT);
    }

    /** Sets the flags that each value is read with: {@link RawMap#LOCK} or 0. Returns this batch. */
    public ReadBatch withFlags(long flags) {
        setFlags(options, flags);
        return this;
    }

    /** The flags that each value is read with. */
    public long flags() {
        return flags(options);
    }

    /** The address of the {@code struct bpf_map_batch_opts}. */
    public long options() {
        return options.address();
    }

    /** The cursors: the first half is the input of the next call, the second half its output. */
    public Block cursor() {
        return cursor;
    }

    /** The memory that contains keys and values. */
    public Block memory() {
        return memory;
    }

    /** The offset in {@link #memory} of a key that the last call read. */
    public int keyAt(int index) {
        return keysAt + index * keySize;
    }

    /** The offset in {@link #memory} of a value that the last call read. */
    public int valueAt(int index) {
        return valuesAt + index * valueBytes;
    }

    /** The keys that the last call read, without gaps. */
    public Block keys() {
        return keys;
    }

    /** The values that the last call read, without gaps. */
    public Block values() {
        return values;
    }

    /** A {@code __u32} that passes the capacity to the kernel, and returns the number of entries it read. */
    public Block counter() {
        return counter;
    }

    /** The number of entries that fit into the batch. */
    public int capacity() {
        return capacity;
    }

    /** Whether a previous call left a cursor to continue from. */
    public boolean started() {
        return started;
    }

    /** The number of entries that the last call read. */
    public int count() {
        return count;
    }

    /** Prepares the next call: forgets the entries that the last one read. */
    void begin() {
        count = 0;
    }

    /** Makes the output cursor the next input. Called by the map after each call that has read entries or has succeeded. */
    public void advance(int found) {
        int half = cursor.size() / 2;
        for (int i = 0; i < half; i++) {
            cursor.bytes().put(i, cursor.bytes().get(half + i));
        }
        started = true;
        count = found;
    }

    /** Copies the position of another batch, which was too small for the next bucket. */
    public void resume(ReadBatch other) {
        for (int i = 0; i < cursor.size(); i++) {
            cursor.bytes().put(i, other.cursor.bytes().get(i));
        }
        started = other.started;
        count = 0;
    }
}
