/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.kernel.natives.ObjectInfoReader;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ManagedField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The used members of {@code struct bpf_map_info} of {@code linux/bpf.h}. Their offsets have not changed since Linux 4.15. */
public record MapInfo(
        int type,
        int id,
        int keySize,
        int valueSize,
        long maxEntries,
        long flags,
        long extra,
        int btfId,
        int keyTypeId,
        int valueTypeId,
        String name) {
    /** Larger than the struct of Linux 6.18, so that newer kernels fit too. */
    private static final int SIZE = 256;

    /** Reads the info of the map with this file descriptor. */
    public static MapInfo of(int fd) {
        try (Scratch scratch = Scratch.take(SIZE + Integer.BYTES)) {
            OffHeapBlock info = ObjectInfoReader.read(fd, scratch.zeroed(SIZE), SIZE, "a map");
            return new MapInfo(
                    info.bytes().getInt(0),
                    info.bytes().getInt(4),
                    info.bytes().getInt(8),
                    info.bytes().getInt(12),
                    Integer.toUnsignedLong(info.bytes().getInt(16)),
                    Integer.toUnsignedLong(info.bytes().getInt(20)),
                    info.bytes().getLong(80),
                    info.bytes().getInt(64), // the kernel leaves these three unwritten if the map has no BTF
                    info.bytes().getInt(68),
                    info.bytes().getInt(72),
                    ObjectInfoReader.name(info, 24));
        }
    }

    /**
     * The map's type.
     *
     * @throws BpfException if a newer kernel has a type that this version of Nestmap does not know
     */
    MapKind kind() {
        return MapKind.ofNumber(type)
                .orElseThrow(() -> BpfException.of(
                                Reason.NOT_SUPPORTED,
                                "use of map " + name + " (id " + Integer.toUnsignedString(id) + ")")
                        .because("the kernel's map type " + type + " (key_size " + keySize + ", value_size " + valueSize
                                + ", max_entries "
                                + maxEntries + ", map_flags " + MapFlags.expression(flags)
                                + ") is unknown to this version of Nestmap: update Nestmap"));
    }

    /**
     * The fields that the kernel manages: none without BTF. With BTF they are unknown (null), because reading BTF requires CAP_SYS_ADMIN.
     */
    @Nullable
    List<ManagedField> managed() {
        return valueTypeId == 0 ? List.of() : null;
    }
}
