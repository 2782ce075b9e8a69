/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.List;
import java.util.UUID;

/**
 * An outer map that this process reads only through the programs of a pinned reader. It has no descriptor of the map, because even with a
 * descriptor for reading, a process can pin the map elsewhere and open that pin for writing. Changes return {@code -EPERM}, as through a
 * descriptor for reading.
 *
 * @param constantsId id of the map with the constants of the programs
 */
public record MapReadByPrograms(BulkProgramConstants constants, int constantsId, BulkProgram programs)
        implements RawMap {

    @Override
    public MapShape shape() {
        return constants.layout().map();
    }

    @Override
    public int id() {
        return constants.mapId();
    }

    @Override
    public UUID bootId() {
        return KernelIds.boot();
    }

    @Override
    public int valueBytes() {
        return Integer.BYTES;
    }

    @Override
    public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return flags == 0 ? programs.find(block, keyAt, valueAt) : -ErrnoNumbers.EINVAL;
    }

    @Override
    public boolean lookupAll(QueryLayout layout, OffHeapBlock queries, int count) {
        return programs.lookup(queries, count);
    }

    @Override
    public int copyBytes(QueryLayout layout, int maps) {
        return programs.bufferSize();
    }

    @Override
    public boolean copyAll(InnerEntryBatch copy) {
        return programs.copy(copy);
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public int delete(OffHeapBlock block, int keyAt) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        return -ErrnoNumbers.ENOTSUPP; // keys are read in batches
    }

    @Override
    public int batch(BatchCommand command, Batch batch) {
        return command == BatchCommand.LOOKUP ? programs.list(batch) : -ErrnoNumbers.EPERM;
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public int updateBatch(Batch keys, List<RawMap> inners) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public boolean sharesGracePeriods() {
        return true; // a look-up by a program never waits
    }

    @Override
    public RawMap duplicate() {
        throw new BpfException(
                "duplication of the file descriptor of map " + shape().name(),
                "this process reads the map through a pinned reader, and has no descriptor of it");
    }

    @Override
    public void close() {
        programs.close();
    }
}
