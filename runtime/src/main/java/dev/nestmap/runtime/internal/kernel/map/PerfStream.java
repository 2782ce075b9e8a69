/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The events of a PERF_EVENT_ARRAY. */
final class PerfStream extends KernelStream {
    /** Null until {@link #openBuffers}. Guarded by the lock. */
    private @Nullable PerfBuffers buffers;

    PerfStream(KernelMap map) {
        super(map);
    }

    @Override
    public void openBuffers(int bytesPerCpu) {
        lock().holding(() ->
                buffers = buffers == null ? PerfBuffers.open(map.fd(), map.shape(), bytesPerCpu) : buffers);
    }

    @Override
    public int take(OffHeapBlock to) {
        return withBuffers(open -> open.take(to), -ErrnoNumbers.ENOENT);
    }

    @Override
    public int bufferSize() {
        return withBuffers(PerfBuffers::bytesPerCpu, 0);
    }

    @Override
    public long takeLost() {
        return withBuffers(PerfBuffers::takeLost, 0L);
    }

    @Override
    List<Integer> fds() {
        return withBuffers(PerfBuffers::fds, List.of());
    }

    private <T> T withBuffers(Function<PerfBuffers, T> action, T whenNotOpen) {
        return lock().holding(() -> buffers == null ? whenNotOpen : action.apply(buffers));
    }

    @Override
    void takeOver(KernelStream other) {
        PerfStream from = (PerfStream) other;
        lock().holding(() -> {
            if (buffers == null) {
                buffers = from.buffers;
                from.buffers = null;
                if (buffers != null) {
                    buffers.movedTo(map.fd());
                }
            }
            return null;
        });
    }

    @Override
    void close() {
        PerfBuffers open = buffers;
        if (open != null) {
            buffers = null;
            open.close();
        }
    }
}
