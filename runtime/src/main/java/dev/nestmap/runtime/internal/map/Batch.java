/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Block;

/** The arguments of batched lookups that go through a map, from one call to the next. */
public final class Batch {
    /** {@code struct bpf_map_batch_opts} of libbpf: its size, the elements' flags, and the call's own. */
    private static final int OPTIONS_SIZE = 24;

    private static final int ELEMENT_FLAGS_AT = 8;

    /** Between 1,024 and 16,384 entries a batch cost the same per entry, less cost more. */
    private static final int ENTRIES = 4096;

    private static final int BYTES = 1 << 22;

    private final Block cursor;
    private final Block keys;
    private final Block values;
    private final Block counter = Block.allocate(Integer.BYTES);
    private final Block options;
    private final int capacity;
    private boolean started;
    private int count;

    /** Room for {@code capacity} entries of a map of this shape. */
    public Batch(MapShape shape, int capacity) {
        this(shape, shape.valueSize(), capacity);
    }

    /** The same, with as much room for each value as the map says. */
    public Batch(RawMap map, int capacity) {
        this(map.shape(), map.valueRoom(), capacity);
    }

    private Batch(MapShape shape, int valueRoom, int capacity) {
        this.cursor = Block.allocate(2 * Math.max(Integer.BYTES, shape.keySize()));
        this.keys = Block.allocate(Math.multiplyExact(capacity, shape.keySize()));
        this.values = Block.allocate(Math.multiplyExact(capacity, valueRoom));
        this.capacity = capacity;
        this.options = options(0);
    }

    /** How many entries of a map one call is to have: as many as wanted, unless more would cost more for each. */
    static int capacity(RawMap map, long wanted) {
        long fitting = BYTES / (map.shape().keySize() + map.valueRoom());
        return (int) Math.max(1, Math.min(Math.min(ENTRIES, wanted), fitting));
    }

    /** The options of a batch whose elements have these flags. */
    static Block options(long flags) {
        Block options = Block.allocate(OPTIONS_SIZE);
        options.bytes().putLong(0, OPTIONS_SIZE);
        setFlags(options, flags);
        return options;
    }

    static void setFlags(Block options, long flags) {
        options.bytes().putLong(ELEMENT_FLAGS_AT, flags);
    }

    static long flags(Block options) {
        return options.bytes().getLong(ELEMENT_FLAGS_AT);
    }

    /** The same batch, each of whose values is read with these flags: {@link RawMap#LOCK} or none. */
    public Batch withFlags(long flags) {
        setFlags(options, flags);
        return this;
    }

    /** How each value is read. */
    public long flags() {
        return flags(options);
    }

    /** The address of the options, as libbpf takes them. */
    public long options() {
        return options.address();
    }

    /** In its first half the cursor that goes in, in its second the one that comes out. */
    public Block cursor() {
        return cursor;
    }

    /** The keys found, one after the other. */
    public Block keys() {
        return keys;
    }

    /** The values found, one after the other. */
    public Block values() {
        return values;
    }

    /** A {@code __u32} for the kernel: for how many entries there is room, then how many it found. */
    public Block counter() {
        return counter;
    }

    /** For how many entries there is room. */
    public int capacity() {
        return capacity;
    }

    /** Whether there is a cursor to go on from. */
    public boolean started() {
        return started;
    }

    /** How many entries the last call found. */
    public int count() {
        return count;
    }

    /** Said by the map after a call that found entries: the cursor that came out is the next that goes in. */
    public void advance(int found) {
        int half = cursor.size() / 2;
        for (int i = 0; i < half; i++) {
            cursor.bytes().put(i, cursor.bytes().get(half + i));
        }
        started = true;
        count = found;
    }

    /** Takes over the place that another batch, too small for the next bucket, had got to. */
    public void resume(Batch other) {
        for (int i = 0; i < cursor.size(); i++) {
            cursor.bytes().put(i, other.cursor.bytes().get(i));
        }
        started = other.started;
        count = 0;
    }
}
