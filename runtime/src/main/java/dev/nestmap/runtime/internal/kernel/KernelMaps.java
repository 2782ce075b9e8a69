/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.internal.Block;
import dev.nestmap.runtime.internal.Errno;
import dev.nestmap.runtime.internal.MapFactory;
import dev.nestmap.runtime.internal.MapOperation;
import dev.nestmap.runtime.internal.MapShape;
import dev.nestmap.runtime.internal.RawMap;
import java.lang.ref.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes and finds maps in the kernel. */
public final class KernelMaps implements MapFactory {
    /** {@code struct bpf_map_create_opts} of libbpf 1.0; newer ones take it as the beginning of theirs. */
    private static final int CREATE_OPTS_SIZE = 48;

    private static final int INNER_MAP_FD_AT = 24;
    private static final int MAP_FLAGS_AT = 28;
    private static final long U32_MAX = 0xffff_ffffL;

    private final Native.LibBpf libbpf;

    /**
     * Of this process, with its capabilities.
     *
     * @throws BpfException when libbpf can't be loaded
     */
    public KernelMaps() {
        this.libbpf = Native.libbpf();
    }

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        if (shape.kind().isMapOfMaps() != (prototype != null)) {
            throw new IllegalArgumentException("map " + shape.name() + ", a " + shape.kind()
                    + (prototype == null ? ", needs" : ", can't have") + " a prototype of inner maps");
        }
        Block opts = Block.allocate(CREATE_OPTS_SIZE);
        opts.bytes().putLong(0, CREATE_OPTS_SIZE);
        if (prototype != null) {
            opts.bytes().putInt(INNER_MAP_FD_AT, KernelMap.of(prototype).fd());
        }
        opts.bytes().putInt(MAP_FLAGS_AT, u32(shape, "flags", shape.flags()));
        int maxEntries = u32(shape, "max_entries", shape.maxEntries());
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            int fd = libbpf.bpf_map_create(
                    shape.kind().number(),
                    shape.name(),
                    shape.keySize(),
                    shape.valueSize(),
                    maxEntries,
                    opts.address());
            if (fd < 0) {
                throw MapOperation.CREATE.failed(shape, null, fd, log.forException());
            }
            return KernelMap.owning(fd, shape.name());
        } finally {
            Reference.reachabilityFence(opts);
        }
    }

    @Override
    public @Nullable RawMap open(int id) {
        int fd = libbpf.bpf_map_get_fd_by_id(id);
        if (fd >= 0) {
            return KernelMap.owning(fd, null);
        }
        if (fd == -Errno.ENOENT) {
            return null;
        }
        throw ObjectErrors.OPEN_MAP.failed(
                "opening of the map with id " + Integer.toUnsignedString(id), -fd, List.of());
    }

    private static int u32(MapShape shape, String what, long value) {
        if (value < 0 || value > U32_MAX) {
            throw new IllegalArgumentException(
                    "map " + shape.name() + ": " + what + " is " + value + ", the kernel takes 0 to " + U32_MAX);
        }
        return (int) value;
    }
}
