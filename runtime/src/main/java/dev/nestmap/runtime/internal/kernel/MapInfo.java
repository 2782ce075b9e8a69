/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.type.ManagedField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code struct bpf_map_info} of {@code linux/bpf.h}: the members that are used, as they are there since Linux 4.15. */
record MapInfo(
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
    /** Room for all members up to 6.18 and some to come. */
    private static final int SIZE = 256;

    /** What the kernel says of the map behind a file descriptor. */
    static MapInfo of(int fd) {
        Block info = ObjectInfo.read(fd, Block.allocate(SIZE), "a map");
        return new MapInfo(
                info.bytes().getInt(0),
                info.bytes().getInt(4),
                info.bytes().getInt(8),
                info.bytes().getInt(12),
                Integer.toUnsignedLong(info.bytes().getInt(16)),
                Integer.toUnsignedLong(info.bytes().getInt(20)),
                info.bytes().getLong(80), // zeros from a kernel before 5.16, which has none
                info.bytes().getInt(64), // these three are not written where there is none
                info.bytes().getInt(68),
                info.bytes().getInt(72),
                ObjectInfo.name(info, 24));
    }

    /** The fields that the kernel manages: none without BTF; else the kernel does not tell those who may not read it. */
    @Nullable
    List<ManagedField> managed() {
        return valueTypeId == 0 ? List.of() : null;
    }
}
