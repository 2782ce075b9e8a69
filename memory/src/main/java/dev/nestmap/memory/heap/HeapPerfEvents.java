/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOSPC;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PerfRecordSize;

/**
 * The events of a PERF_EVENT_ARRAY ({@code kernel/events/ring_buffer.c}), as if programs wrote all of them on one CPU. Its slots do not work
 * in memory, because they hold perf events of the kernel.
 */
final class HeapPerfEvents extends HeapRing {
    /** 0 until the map is open. */
    private int bytesPerCpu;

    private long lost;

    HeapPerfEvents(MapShape shape) {
        super(shape);
    }

    @Override
    public void openBuffers(int leastBytes) {
        if (shape().maxEntries() < HeapMapFactory.CPUS.count()) {
            throw new BpfException(
                    Reason.WRONG_USE,
                    "opening of map " + shape().name(),
                    "it only has slots for " + CountText.of(shape().maxEntries(), "CPU") + ", and this machine has "
                            + HeapMapFactory.CPUS.count()
                            + ", so events would be lost: declare sizedAtLoad = true");
        }
        synchronized (CHANGES) {
            if (bytesPerCpu == 0) {
                bytesPerCpu = Math.max(MapKind.PAGE_SIZE, Integer.highestOneBit(Math.max(1, leastBytes - 1)) << 1);
            }
        }
    }

    @Override
    public int bufferSize() {
        synchronized (CHANGES) {
            return bytesPerCpu;
        }
    }

    @Override
    int add(OffHeapBlock from, int size) {
        synchronized (CHANGES) {
            if (bytesPerCpu == 0) {
                return -ENOENT;
            }
            int result = super.add(from, size);
            lost += result == -ENOSPC ? 1 : 0;
            return result;
        }
    }

    @Override
    public int take(OffHeapBlock to) {
        int size = super.take(to);
        return size < 0 ? size : (int) PerfRecordSize.reportedSize(size);
    }

    @Override
    public long takeLost() {
        synchronized (CHANGES) {
            long taken = lost;
            lost = 0;
            return taken;
        }
    }

    @Override
    long capacity() {
        return bytesPerCpu - 1L;
    }

    @Override
    long stride(int size) {
        return PerfRecordSize.size(size);
    }

    @Override
    int unsupported() {
        throw HeapPlaceholderMap.refused(shape(), "a slot of a " + shape().kind());
    }
}
