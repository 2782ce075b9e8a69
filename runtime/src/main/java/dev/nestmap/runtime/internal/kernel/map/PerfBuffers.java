/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.PerfEventOpener;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapFlags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@link PerfBuffer}s of all online CPUs. Each is in the slot of its CPU in a PERF_EVENT_ARRAY. Not thread-safe. */
final class PerfBuffers {
    private final boolean preserved;
    private final int bytesPerCpu;
    private final List<PerfBuffer> buffers = new ArrayList<>();
    private final List<Integer> cpus = new ArrayList<>();

    private final PerfBuffer.Losses losses;

    /** The file descriptor of the map. */
    private int map;

    /** The buffer to read next. Buffers take turns, so that one busy CPU does not starve the others. */
    private int next;

    private PerfBuffers(int map, boolean preserved, int bytesPerCpu, PerfBuffer.Losses losses) {
        this.map = map;
        this.preserved = preserved;
        this.bytesPerCpu = bytesPerCpu;
        this.losses = losses;
    }

    /**
     * Opens the buffers and puts them into the map.
     *
     * @throws BpfException if the kernel refuses, or the map has no slot for a CPU; then nothing is left open
     */
    static PerfBuffers open(int fd, MapShape map, int bytesPerCpu) {
        boolean counted = KernelFeature.COUNTED_LOSSES.isPresent();
        return open(fd, map, bytesPerCpu, counted ? PerfBuffer.Losses.COUNTED : PerfBuffer.Losses.RECORDED);
    }

    /** Opens the buffers with this report of losses. */
    static PerfBuffers open(int fd, MapShape map, int bytesPerCpu, PerfBuffer.Losses losses) {
        int page = NativeLibraries.libc().getpagesize();
        int size = Math.max(page, Integer.highestOneBit(Math.max(1, bytesPerCpu - 1)) << 1);
        boolean preserved = (map.flags() & MapFlags.PRESERVE_ELEMS) != 0;
        PerfBuffers buffers = new PerfBuffers(fd, preserved, size, losses);
        try (Undo undo = new Undo(buffers::free)) {
            undo.add(buffers::removeFromMap);
            int possible =
                    KernelMapFactory.possibleCpus(NativeLibraries.libbpf().libbpf_num_possible_cpus());
            for (int cpu = 0; cpu < possible; cpu++) {
                buffers.open(map, cpu);
            }
            return undo.commit(buffers);
        }
    }

    private void open(MapShape shape, int cpu) {
        int event = PerfEventOpener.openOutput(cpu, losses == PerfBuffer.Losses.COUNTED);
        if (event == -ErrnoNumbers.ENODEV) {
            return; // the CPU is offline
        }
        if (event < 0) {
            throw refused("opening of the perf event of CPU " + cpu, shape, -event, denied(-event));
        }
        try (Undo undo = new Undo(() -> NativeLibraries.libc().close(event))) {
            PerfBuffer buffer = PerfBuffer.map(event, losses, bytesPerCpu);
            if (buffer == null) {
                int errno = NativeLibraries.lastErrno();
                throw refused("mapping of " + bytesPerCpu + " bytes for CPU " + cpu, shape, errno, denied(errno));
            }
            buffers.add(buffer);
            undo.commit();
        }
        if (cpu >= shape.maxEntries()) {
            throw refused(
                    "opening of the perf event of CPU " + cpu,
                    shape,
                    0,
                    "the map only has slots for " + CountText.of(shape.maxEntries(), "CPU")
                            + ", so events of this CPU would be lost: declare maxEntries = MaxEntries.AT_LOAD");
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
                key -> NativeLibraries.libbpf().bpf_map_update_elem(map, key, key + Integer.BYTES, RawMap.ANY));
    }

    private static @Nullable String denied(int errno) {
        return errno == ErrnoNumbers.EPERM || errno == ErrnoNumbers.EACCES
                ? "perf events require CAP_PERFMON; many or large buffers also require CAP_IPC_LOCK or a higher sysctl"
                        + " kernel.perf_event_mlock_kb"
                : null;
    }

    private static BpfException refused(String operation, MapShape shape, int errno, @Nullable String why) {
        return BpfException.of(operation)
                .map(shape.name())
                .errno(errno)
                .because(why)
                .build();
    }

    int bytesPerCpu() {
        return bytesPerCpu;
    }

    /** The file descriptors that poll(2) reports as readable when there is an event. */
    List<Integer> fds() {
        return buffers.stream().map(PerfBuffer::fd).toList();
    }

    /** See {@code StreamOperations#take}. */
    int take(OffHeapBlock to) {
        for (int tried = 0; tried < buffers.size(); tried++) {
            int taken = buffers.get(next).take(to);
            next = (next + 1) % buffers.size();
            if (taken != -ErrnoNumbers.ENOENT) {
                return taken;
            }
        }
        return -ErrnoNumbers.ENOENT;
    }

    /** How the kernel reports lost events. */
    PerfBuffer.Losses losses() {
        return losses;
    }

    /** See {@code StreamOperations#takeLost}. */
    long takeLost() {
        return buffers.stream().mapToLong(PerfBuffer::takeLost).sum();
    }

    /** Uses another file descriptor of the map, because the previous one is closed. */
    void movedTo(int fd) {
        map = fd;
    }

    /**
     * Closes the buffers. No thread is in another method. When the map's file descriptor is closed, the kernel removes from the map the
     * events that were put there through that descriptor, and no others ({@code perf_event_fd_array_release} in kernel/bpf/arraymap.c).
     */
    void close() {
        if (preserved) { // BPF_F_PRESERVE_ELEMS: the kernel removes none
            removeFromMap();
        }
        free();
    }

    private void removeFromMap() {
        OffHeapBlock key = OffHeapBlock.allocate(Integer.BYTES);
        for (int cpu : cpus) {
            key.bytes().putInt(0, cpu);
            key.call(address -> NativeLibraries.libbpf().bpf_map_delete_elem(map, address));
        }
    }

    private void free() {
        buffers.forEach(PerfBuffer::close);
    }
}
