/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.BlockCache;
import java.util.List;

/**
 * The arguments of a batched update or delete ({@code BPF_MAP_UPDATE_BATCH}, {@code BPF_MAP_DELETE_BATCH}): the keys, the values of an
 * update, and the number of entries that are done. The caller fills it with entries. {@link BatchChange} is the loop over it, {@link
 * ReadBatch} the counterpart for lookups.
 */
public final class WriteBatch {
    /** Where the counter and the entries are in the memory, behind the options. */
    private static final int COUNTER_AT = ReadBatch.OPTIONS_SIZE;

    private static final int ENTRIES_AT = COUNTER_AT + Long.BYTES;

    private final int keySize;
    private final int valueBytes;
    private final int valuesAt;
    private final int capacity;
    /** Contains the other blocks. */
    private final Block memory;

    private final Block block;
    private final Block counter;
    private final Block options;
    private int mostAtOnce = Integer.MAX_VALUE;
    private int count;
    private int done;

    /** A batch with room for {@code capacity} keys and values of these sizes in bytes. */
    public WriteBatch(int keySize, int valueBytes, int capacity) {
        this.keySize = keySize;
        this.valueBytes = valueBytes;
        this.capacity = capacity;
        this.valuesAt = Alignment.align(Math.multiplyExact(capacity, keySize));
        int entriesSize = Math.addExact(valuesAt, Math.multiplyExact(capacity, valueBytes));
        this.memory = BlockCache.take(Math.addExact(ENTRIES_AT, entriesSize));
        this.options = ReadBatch.options(memory, 0);
        this.counter = memory.part(COUNTER_AT, Integer.BYTES);
        this.block = memory.part(ENTRIES_AT, entriesSize);
    }

    /** The keys of these slots of an outer map, with room for one file descriptor each. */
    public WriteBatch(int keySize, List<SlotKey> slots) {
        this(keySize, Integer.BYTES, slots.size());
        begin(slots.size());
        for (int i = 0; i < count; i++) {
            slots.get(i).writeTo(block, keyAt(i));
        }
    }

    /** Ends the use of this batch, so that the thread's next batch can use its memory. */
    public void release() {
        BlockCache.giveBack(memory);
    }

    /** The number of entries that one batch should hold: as many as wanted, within a limit on bytes. */
    static int capacity(RawMap map, int wanted) {
        int entrySize = Math.max(1, map.shape().keySize() + map.valueBytes()); // a ring buffer has neither
        return Math.max(1, Math.min(wanted, ReadBatch.BYTES / entrySize));
    }

    /**
     * Limits the number of keys that one call changes, so that a thread that revokes the map's handle does not wait long. Returns this
     * batch.
     */
    WriteBatch atMost(int keys) {
        mostAtOnce = keys;
        return this;
    }

    /** The number of keys that one call may change. */
    public int mostAtOnce() {
        return mostAtOnce;
    }

    /** Starts a new batch of {@code keys} keys. None of them is done. */
    public void begin(int keys) {
        count = keys;
        done = 0;
    }

    /** Sets the flags that each value is written with: {@link RawMap#LOCK} or 0. Returns this batch. */
    public WriteBatch withFlags(long flags) {
        ReadBatch.setFlags(options, flags);
        return this;
    }

    /** The flags that each value is written with. */
    public long flags() {
        return ReadBatch.flags(options);
    }

    /** The address of the {@code struct bpf_map_batch_opts}. */
    public long options() {
        return options.address();
    }

    /** The number of keys that fit into the batch. */
    public int capacity() {
        return capacity;
    }

    /** The block that contains the keys and the values. */
    public Block block() {
        return block;
    }

    /** The offset of a key in the block. Keys follow each other without gaps. */
    public int keyAt(int index) {
        return index * keySize;
    }

    /** The offset of a value in the block. */
    public int valueAt(int index) {
        return valuesAt + index * valueBytes;
    }

    /** A {@code __u32} that passes the number of remaining keys to the kernel, and returns how many of them it changed. */
    public Block counter() {
        return counter;
    }

    /** The number of keys. */
    public int count() {
        return count;
    }

    /** The number of keys that are done, counted from the first. The next call continues behind them. */
    public int done() {
        return done;
    }

    /** Marks more keys as done. Called by the map after a change, and by a caller that skips keys. */
    public void advance(int keys) {
        done += keys;
    }
}
