/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Waits with poll(2) for the records of maps, and for an eventfd that {@link #wake} writes to. */
final class KernelStreamWait implements StreamOperations.Wait {
    /** {@code poll.h}. */
    private static final short POLLIN = 1;

    /** The longest wait if the process has no descriptor left for an eventfd. {@link #wake} can't end such a wait. */
    private static final int SLICE_MILLIS = 20;

    /** Guards the eventfd against being written to after it is closed. */
    private final Mutex lock = new Mutex();

    /** The eventfd, or -1, which poll(2) ignores. */
    private final Descriptor wake = new Descriptor(SystemCallWrappers.eventFd());

    private boolean closed;

    @Override
    public int await(List<RawMap> maps, int millis) {
        // EventWait registers this wait before it calls this method, so a thread that returns records later wakes it.
        if (maps.stream().anyMatch(map -> KernelMap.of(map).hasReturnedRecords())) {
            return 1;
        }
        List<Integer> readable = maps.stream()
                .flatMap(map -> KernelMap.of(map).recordFds().stream())
                .toList();
        int count = readable.size() + 1;
        // struct pollfd: fd, events, revents
        OffHeapBlock fds = OffHeapBlock.allocate(count * Long.BYTES);
        add(fds, 0, wake.fd());
        for (int i = 1; i < count; i++) {
            add(fds, i, readable.get(i - 1));
        }
        // Pairs with the xchg of the header in bpf_ringbuf_commit. Either the program sees the last position that this
        // thread has published, and wakes it, or bpf_ringbuf_poll sees the program's record.
        VarHandle.fullFence();
        int most = wake.fd() < 0 ? Math.min(millis, SLICE_MILLIS) : millis;
        int result = fds.call(address -> NativeLibraries.libc().poll(address, count, most));
        int errno = result >= 0 ? 0 : NativeLibraries.lastErrno();
        return errno == ErrnoNumbers.EINTR ? 0 : -errno;
    }

    private static void add(OffHeapBlock fds, int index, int fd) {
        fds.bytes().putInt(index * Long.BYTES, fd);
        fds.bytes().putShort(index * Long.BYTES + Integer.BYTES, POLLIN);
    }

    @Override
    public void wake() {
        lock.holding(() -> {
            if (wake.fd() >= 0 && !closed) {
                SystemCallWrappers.writeEvent(wake.fd());
            }
        });
    }

    @Override
    public void close() {
        lock.holding(() -> {
            closed = true;
            wake.close();
        });
    }
}
