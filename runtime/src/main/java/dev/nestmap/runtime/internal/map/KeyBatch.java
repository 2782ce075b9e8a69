/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.List;

/** The keys of a batched change, with their values where it writes some, and how far the kernel got with it. */
public final class KeyBatch {
    private final int keySize;
    private final int valueRoom;
    private final int valuesAt;
    private final int capacity;
    private final Block block;
    private final Block counter = Block.allocate(Integer.BYTES);
    private final Block options = Batch.options(0);
    private int count;
    private int done;

    /** Room for keys and values of these sizes. */
    public KeyBatch(int keySize, int valueRoom, int capacity) {
        this.keySize = keySize;
        this.valueRoom = valueRoom;
        this.capacity = capacity;
        this.valuesAt = Alignment.align(Math.multiplyExact(capacity, keySize));
        this.block = Block.allocate(Math.addExact(valuesAt, Math.multiplyExact(capacity, valueRoom)));
    }

    /** The keys of these places in an outer map, with room for a descriptor for each. */
    public KeyBatch(int keySize, List<SlotKey> slots) {
        this(keySize, Integer.BYTES, slots.size());
        begin(slots.size());
        for (int i = 0; i < count; i++) {
            slots.get(i).writeTo(block, keyAt(i));
        }
    }

    /** The same batch anew, with so many keys, none of which is changed yet. */
    public void begin(int keys) {
        count = keys;
        done = 0;
    }

    /** The same batch, each of whose values is written with these flags: {@link RawMap#LOCK} or none. */
    public KeyBatch withFlags(long flags) {
        Batch.setFlags(options, flags);
        return this;
    }

    /** How each value is written. */
    public long flags() {
        return Batch.flags(options);
    }

    /** The address of the options, as libbpf takes them. */
    public long options() {
        return options.address();
    }

    /** For how many there is room. */
    public int capacity() {
        return capacity;
    }

    /** Where keys and values are. */
    public Block block() {
        return block;
    }

    /** Where in the block a key is; they stand one after the other. */
    public int keyAt(int index) {
        return index * keySize;
    }

    /** Where in the block a value is. */
    public int valueAt(int index) {
        return valuesAt + index * valueRoom;
    }

    /** A {@code __u32} for the kernel: how many are left, then how many of them it has changed. */
    public Block counter() {
        return counter;
    }

    /** How many keys there are. */
    public int count() {
        return count;
    }

    /** How many of them, from the first one on, are dealt with: the next call goes on with the one after them. */
    public int done() {
        return done;
    }

    /** Said by the map after a change, or by who skips keys. */
    public void advance(int keys) {
        done += keys;
    }
}
