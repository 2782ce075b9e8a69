/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.btf.BtfTypes;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.ObjectInfo;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Reads the BTF that a map was created with ({@code struct bpf_btf_info} of {@code linux/bpf.h}). */
final class KernelBtf {
    private static final int INFO_SIZE = 32;
    private static final int SIZE_AT = 8;

    private KernelBtf() {}

    /** The BTF types of the map with this file descriptor; null if it was created without BTF. */
    static @Nullable EntryTypes typesOf(int mapFd) {
        MapInfo map = MapInfo.of(mapFd);
        if (map.valueTypeId() == 0) {
            return null;
        }
        String operation = "reading of the BTF of map " + map.name();
        int fd = Native.libbpf().bpf_btf_get_fd_by_id(map.btfId());
        if (fd < 0) {
            String why = fd == -ErrnoNumbers.EPERM ? "reading BTF requires CAP_SYS_ADMIN" : null;
            throw BpfException.of(operation).errno(-fd).because(why).build();
        }
        try {
            BtfTypes types = BtfTypes.parse("BTF of map " + map.name(), read(fd));
            return new EntryTypes(
                    map.keyTypeId() == 0 ? null : types.type(map.keyTypeId()), types.type(map.valueTypeId()));
        } catch (MalformedObjectException e) {
            throw BpfException.of(operation).because(e.getMessage()).cause(e).build();
        } finally {
            Native.libc().close(fd);
        }
    }

    private static byte[] read(int fd) {
        Block info = ObjectInfo.read(fd, Block.allocate(INFO_SIZE), "BTF");
        int size = info.bytes().getInt(SIZE_AT);
        Block data = Block.allocate(size);
        Block request = Block.allocate(INFO_SIZE);
        request.bytes().putLong(0, data.address()).putInt(SIZE_AT, size);
        try {
            ObjectInfo.read(fd, request, "BTF");
            byte[] bytes = new byte[size];
            data.bytes().get(0, bytes);
            return bytes;
        } finally {
            Reference.reachabilityFence(data);
        }
    }
}
