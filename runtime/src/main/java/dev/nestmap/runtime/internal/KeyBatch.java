/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import java.util.List;

/** The keys of a batched change of an outer map, and how far the kernel got with it. */
public final class KeyBatch {
    private final Block keys;
    private final Block values;
    private final Block counter = Block.allocate(Integer.BYTES);
    private final int count;
    private int done;

    /** The keys of these places, each of {@code keySize} bytes. */
    public KeyBatch(int keySize, List<Slot> slots) {
        this.count = slots.size();
        this.keys = Block.allocate(Math.multiplyExact(count, keySize));
        this.values = Block.allocate(Math.multiplyExact(count, Integer.BYTES));
        for (int i = 0; i < count; i++) {
            slots.get(i).writeTo(keys, i * keySize);
        }
    }

    /** The keys, one after the other. */
    public Block keys() {
        return keys;
    }

    /** Room for what the kernel is given as values, 4 bytes each. */
    public Block values() {
        return values;
    }

    /** A {@code __u32} for the kernel: how many there are, then how many it has changed. */
    public Block counter() {
        return counter;
    }

    /** How many keys there are. */
    public int count() {
        return count;
    }

    /** How many of them, from the first one on, have been changed. */
    public int done() {
        return done;
    }

    /** Said by the map after a change. */
    public void done(int changed) {
        done = changed;
    }
}
