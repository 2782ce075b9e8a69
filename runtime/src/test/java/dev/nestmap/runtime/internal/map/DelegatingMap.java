/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.List;
import java.util.UUID;

/** A map that delegates to another map. Tests override single operations. */
public class DelegatingMap implements RawMap {
    private final RawMap map;

    public DelegatingMap(RawMap map) {
        this.map = map;
    }

    @Override
    public MapShape shape() {
        return map.shape();
    }

    @Override
    public int id() {
        return map.id();
    }

    @Override
    public UUID bootId() {
        return map.bootId();
    }

    @Override
    public long entries() {
        return map.entries();
    }

    @Override
    public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return map.lookup(block, keyAt, valueAt, flags);
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return map.update(block, keyAt, valueAt, flags);
    }

    @Override
    public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return map.lookupAndDelete(block, keyAt, valueAt, flags);
    }

    @Override
    public int delete(OffHeapBlock block, int keyAt) {
        return map.delete(block, keyAt);
    }

    @Override
    public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        return map.nextKey(block, keyAt, nextAt);
    }

    @Override
    public int lookupBatch(Batch batch) {
        return map.lookupBatch(batch);
    }

    @Override
    public int lookupAndDeleteBatch(Batch batch) {
        return map.lookupAndDeleteBatch(batch);
    }

    @Override
    public int updateBatch(Batch batch) {
        return map.updateBatch(batch);
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
        return map.update(block, keyAt, inner, flags);
    }

    @Override
    public int updateBatch(Batch keys, List<RawMap> inners) {
        return map.updateBatch(keys, inners);
    }

    @Override
    public boolean sharesGracePeriods() {
        return map.sharesGracePeriods();
    }

    @Override
    public int deleteBatch(Batch keys) {
        return map.deleteBatch(keys);
    }

    @Override
    public RawMap duplicate() {
        return map.duplicate();
    }

    @Override
    public void close() {
        map.close();
    }

    @Override
    public int valueBytes() {
        return map.valueBytes();
    }
}
