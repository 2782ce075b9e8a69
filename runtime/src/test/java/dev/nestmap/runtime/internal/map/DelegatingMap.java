/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.List;
import java.util.UUID;
import java.util.function.ToIntFunction;

/** A map that delegates to another map. Tests override single operations. */
public class DelegatingMap implements RawMap {
    private final RawMap map;

    public DelegatingMap(RawMap map) {
        this.map = map;
    }

    /** A map that does something else for the batches of one command. */
    public static DelegatingMap of(RawMap map, BatchCommand command, ToIntFunction<Batch> batches) {
        return new DelegatingMap(map) {
            @Override
            public int batch(BatchCommand asked, Batch batch) {
                return asked == command ? batches.applyAsInt(batch) : super.batch(asked, batch);
            }
        };
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

    /** Calls the method of the command, which tests override. */
    @Override
    public int batch(BatchCommand command, Batch batch) {
        return switch (command) {
            case LOOKUP -> lookupBatch(batch);
            case LOOKUP_AND_DELETE -> lookupAndDeleteBatch(batch);
            case UPDATE -> updateBatch(batch);
            case DELETE -> deleteBatch(batch);
        };
    }

    public int lookupBatch(Batch batch) {
        return map.batch(BatchCommand.LOOKUP, batch);
    }

    public int lookupAndDeleteBatch(Batch batch) {
        return map.batch(BatchCommand.LOOKUP_AND_DELETE, batch);
    }

    public int updateBatch(Batch batch) {
        return map.batch(BatchCommand.UPDATE, batch);
    }

    public int deleteBatch(Batch keys) {
        return map.batch(BatchCommand.DELETE, keys);
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
    public boolean reusesReplacedEntries() {
        return map.reusesReplacedEntries();
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
