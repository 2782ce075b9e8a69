/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The records of a map, in memory that the kernel shares with user space. */
abstract class KernelStream implements StreamOperations, AutoCloseable {
    /** Locks of the maps, by id. All handles to one ring buffer read it at one common position, so they share a lock. */
    private static final List<Mutex> LOCKS =
            Stream.generate(Mutex::new).limit(16).toList();

    final KernelMap map;

    /** Used under the lock. */
    final ReturnedRecords returned = new ReturnedRecords();

    KernelStream(KernelMap map) {
        this.map = map;
    }

    /** The stream of a map; null if maps of its type have no records. */
    static @Nullable KernelStream of(KernelMap map) {
        return switch (map.shape().kind()) {
            case RINGBUF, USER_RINGBUF -> new RingStream(map);
            case PERF_EVENT_ARRAY -> new PerfStream(map);
            default -> null;
        };
    }

    /** The file descriptors that poll(2) reports as readable when there is a record. */
    abstract List<Integer> fds();

    @Override
    public void giveBack(OffHeapBlock from, int at, int end) {
        lock().holding(() -> returned.add(from, at, end));
    }

    /** Whether records were given back, of which poll(2) knows nothing. */
    final boolean hasReturnedRecords() {
        return lock().holding(() -> !returned.isEmpty());
    }

    /** Unmaps the shared memory. No thread is in a call of the map. */
    @Override
    public abstract void close();

    /** The lock that a thread holds while it reads or writes records. */
    final Mutex lock() {
        return LOCKS.get(Math.floorMod(map.id(), LOCKS.size()));
    }

    @Override
    public StreamOperations.Wait newWait() {
        return new KernelStreamWait();
    }
}
