/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.List;

/** The keys of a batched update or delete, the values of an update, and the number of entries that are done. */
public final class KeyBatch {
    private final int keySize;
    private final int valueBytes;
    private final int valuesAt;
    private final int capacity;
    private final Block block;
    private final Block counter = Block.allocate(Integer.BYTES);
    private final Block options = Batch.options(0);
    private int count;
    private int done;

    /** A batch with room for {@code capacity} keys and values of these sizes in bytes. */
    public KeyBatch(int keySize, int valueBytes, int capacity) {
        this.keySize = keySize;
        this.valueBytes = valueBytes;
        this.capacity = capacity;
        this.valuesAt = Alignment.align(Math.multiplyExact(capacity, keySize));
        this.block = Block.allocate(Math.addExact(valuesAt, Math.multiplyExact(capacity, valueBytes)));
    }

    /** The keys of these slots of an outer map, with room for one file descriptor each. */
    public KeyBatch(int keySize, List<SlotKey> slots) {
        this(keySize, Integer.BYTES, slots.size());
        begin(slots.size());
        for (int i = 0; i < count; i++) {
            slots.get(i).writeTo(block, keyAt(i));
        }
    }

    /** Starts a new batch of {@code keys} keys. None of them is done. */
    public void begin(int keys) {
        count = keys;
        done = 0;
    }

    /** Sets the flags that each value is written with: {@link RawMap#LOCK} or 0. Returns this batch. */
    public KeyBatch withFlags(long flags) {
        Batch.setFlags(options, flags);
        return this;
    }

    /** The flags that each value is written with. */
    public long flags() {
        return Batch.flags(options);
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
