/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

/** The arguments of batched lookups that go through a map, from one call to the next. */
public final class Batch {
    /** {@code struct bpf_map_batch_opts} of libbpf: its size, the elements' flags, and the call's own. */
    private static final int OPTIONS_SIZE = 24;

    private static final int ELEMENT_FLAGS_AT = 8;

    private final Block cursor;
    private final Block keys;
    private final Block values;
    private final Block counter = Block.allocate(Integer.BYTES);
    private final Block options = Block.allocate(OPTIONS_SIZE);
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
        options.bytes().putLong(0, OPTIONS_SIZE);
    }

    /** The same batch, each of whose values is read with these flags: {@link RawMap#LOCK} or none. */
    public Batch withFlags(long flags) {
        options.bytes().putLong(ELEMENT_FLAGS_AT, flags);
        return this;
    }

    /** How each value is read. */
    public long flags() {
        return options.bytes().getLong(ELEMENT_FLAGS_AT);
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
