/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.List;

/** An outer map whose batches make each update twice, and which rejects one of the updates. */
final class RejectingOuter extends DelegatingMap {
    static final int TIMES = 2;

    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 1, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 16, 0);

    private final HeapMapFactory factory;
    private final int rejected;
    private final boolean lasting;
    private final int[] updates = new int[(int) OUTER.maxEntries()];
    private int seen;

    /**
     * @param rejected the position in the first batch of the update that is rejected
     * @param lasting whether all later updates of the same key are rejected, too
     */
    RejectingOuter(int rejected, boolean lasting) {
        this(new HeapMapFactory(), rejected, lasting);
    }

    private RejectingOuter(HeapMapFactory factory, int rejected, boolean lasting) {
        super(factory.create(OUTER, factory.create(INNER, null)));
        this.factory = factory;
        this.rejected = rejected;
        this.lasting = lasting;
    }

    /** A change that puts a new inner map into an empty slot. */
    SlotChange newChange(int key) {
        SlotKey slot =
                new SlotKey(key, ByteBuffer.allocate(Integer.BYTES).putInt(key).array());
        SlotChange change = new SlotChange(slot, RawMap.NOEXIST);
        change.putIn(new SlottedInnerMap(new OpenMap("flow_map", factory.create(INNER, null))));
        return change;
    }

    /** The number of updates of a slot that were made. */
    int updates(int key) {
        return updates[key];
    }

    @Override
    public boolean sharesGracePeriods() {
        return true;
    }

    @Override
    public boolean reusesReplacedEntries() {
        return true;
    }

    @Override
    public int updateBatch(Batch keys, List<RawMap> inners) {
        int result = 0;
        while (result == 0 && keys.done() < inners.size()) {
            result = update(ByteBuffer.wrap(keys.key(keys.done())).getInt(), RawMap.ANY);
            keys.advance(result == 0 ? 1 : 0);
        }
        return result;
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
        byte[] key = new byte[Integer.BYTES];
        block.bytes().get(keyAt, key);
        return update(ByteBuffer.wrap(key).getInt(), flags);
    }

    private int update(int key, long flags) {
        boolean isRejected = seen++ == rejected || (lasting && seen > rejected && key == rejected / TIMES);
        if (isRejected) {
            return -ErrnoNumbers.ENOMEM;
        }
        if (flags == RawMap.NOEXIST && updates[key] > 0) {
            return -ErrnoNumbers.EEXIST;
        }
        updates[key]++;
        return 0;
    }
}
