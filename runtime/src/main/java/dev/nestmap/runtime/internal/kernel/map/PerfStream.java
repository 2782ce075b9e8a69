/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.PerfEventOpener;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapFlags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of a PERF_EVENT_ARRAY: the {@link PerfBuffer}s of all online CPUs. Each is in the slot of its CPU. */
final class PerfStream extends KernelStream {
    /** {@code perf_mmap} in {@code kernel/events/core.c}. */
    private static final String MUCH_MEMORY =
            "the buffers have more memory than this user's processes may lock without CAP_IPC_LOCK: use"
                    + " smaller ones, or raise the sysctl kernel.perf_event_mlock_kb";

    // Guarded by the lock.
    /** Empty until {@link #openBuffers}. */
    private final List<PerfBuffer> buffers = new ArrayList<>();

    /** The slots that have a buffer. */
    private final List<Integer> cpus = new ArrayList<>();

    private int bytesPerCpu;

    /** The file descriptor of the map while the buffers are open. */
    private int fd;

    /** The buffer to read next. Buffers take turns, so that one busy CPU does not starve the others. */
    private int next;

    PerfStream(KernelMap map) {
        super(map);
    }

    @Override
    public void openBuffers(int bytes) {
        openBuffers(bytes, KernelMapFactory.knownCpus());
    }

    /** Does the same on these CPUs. If it throws, nothing is left open. */
    void openBuffers(int bytes, PossibleCpus possible) {
        lock().holding(() -> {
            if (buffers.isEmpty()) {
                open(bytes, possible);
            }
        });
    }

    private void open(int bytes, PossibleCpus possible) {
        int page = NativeLibraries.libc().getpagesize();
        bytesPerCpu = Math.max(page, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
        fd = map.fd();
        try (Undo undo = new Undo(this::free)) {
            undo.add(this::removeFromMap);
            possible.numbers().forEach(this::openOn);
            undo.commit();
        }
    }

    private void openOn(int cpu) {
        MapShape shape = map.shape();
        int event = PerfEventOpener.openOutput(cpu);
        if (event == -ErrnoNumbers.ENODEV) {
            return; // the CPU is offline
        }
        if (event < 0) {
            throw refused(
                    "opening of the perf event of CPU " + cpu,
                    shape,
                    -event,
                    denied(-event, "perf events require CAP_PERFMON", LinuxCapability.CAP_PERFMON));
        }
        try (Descriptor opened = new Descriptor(event)) {
            PerfBuffer buffer = PerfBuffer.map(opened, bytesPerCpu);
            if (buffer == null) {
                int errno = NativeLibraries.lastErrno();
                throw refused(
                        "mapping of " + bytesPerCpu + " bytes for CPU " + cpu,
                        shape,
                        errno,
                        denied(errno, MUCH_MEMORY, LinuxCapability.CAP_IPC_LOCK));
            }
            buffers.add(buffer);
        }
        if (cpu >= shape.maxEntries()) {
            throw refused(
                    "opening of the perf event of CPU " + cpu,
                    shape,
                    0,
                    "the map only has slots for " + CountText.of(shape.maxEntries(), "CPU")
                            + ", so events of this CPU would be lost: declare sizedAtLoad = true");
        }
        int refused = put(cpu, event);
        if (refused < 0) {
            throw refused("update with the perf event of CPU " + cpu, shape, -refused, null);
        }
        cpus.add(cpu);
    }

    private int put(int cpu, int event) {
        OffHeapBlock entry = OffHeapBlock.allocate(2 * Integer.BYTES);
        entry.bytes().putInt(0, cpu);
        entry.bytes().putInt(Integer.BYTES, event);
        return entry.call(
                key -> NativeLibraries.libbpf().bpf_map_update_elem(fd, key, key + Integer.BYTES, RawMap.ANY));
    }

    private static @Nullable String denied(int errno, String requirement, LinuxCapability needed) {
        return errno == ErrnoNumbers.EPERM || errno == ErrnoNumbers.EACCES
                ? LinuxCapability.denied(requirement, needed)
                : null;
    }

    private static BpfException refused(String operation, MapShape shape, int errno, @Nullable String why) {
        return BpfException.of(errno, operation).map(shape.name()).because(why);
    }

    @Override
    public int take(OffHeapBlock to) {
        return lock().holding(() -> {
            if (!returned.isEmpty()) {
                return returned.take(to);
            }
            for (int tried = 0; tried < buffers.size(); tried++) {
                int taken = buffers.get(next).take(to);
                next = (next + 1) % buffers.size();
                if (taken != -ErrnoNumbers.ENOENT) {
                    return taken;
                }
            }
            return -ErrnoNumbers.ENOENT;
        });
    }

    @Override
    public int bufferSize() {
        return lock().holding(() -> bytesPerCpu);
    }

    @Override
    public long takeLost() {
        return lock().holding(
                        () -> buffers.stream().mapToLong(PerfBuffer::takeLost).sum());
    }

    @Override
    List<Integer> fds() {
        return lock().holding(() -> buffers.stream().map(PerfBuffer::fd).toList());
    }

    /**
     * Closes the buffers. When the map's file descriptor is closed, the kernel removes from the map the events that were put there through
     * that descriptor, and no others ({@code perf_event_fd_array_release} in kernel/bpf/arraymap.c).
     */
    @Override
    public void close() {
        if ((map.shape().flags() & MapFlags.PRESERVE_ELEMS) != 0) { // then the kernel removes none
            removeFromMap();
        }
        free();
    }

    private void removeFromMap() {
        OffHeapBlock key = OffHeapBlock.allocate(Integer.BYTES);
        for (int cpu : cpus) {
            key.bytes().putInt(0, cpu);
            key.call(address -> NativeLibraries.libbpf().bpf_map_delete_elem(fd, address));
        }
    }

    private void free() {
        buffers.forEach(PerfBuffer::close);
        buffers.clear();
        cpus.clear();
        bytesPerCpu = 0;
        next = 0;
    }
}
