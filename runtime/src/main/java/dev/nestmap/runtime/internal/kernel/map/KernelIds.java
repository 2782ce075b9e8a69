/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.IntStream;

/** Lists what the kernel has loaded, by id. */
public final class KernelIds {
    private KernelIds() {}

    /** Finds the smallest id that is larger than the given one, and writes it to an address. Returns 0 or a negative errno. */
    private interface NextId {
        int find(int after, long address);
    }

    /**
     * The ids of all maps, in ascending order. A map may vanish before the caller opens it.
     *
     * @throws BpfException if the kernel refuses: this requires CAP_SYS_ADMIN
     */
    public static List<Integer> maps() {
        return list("maps", Native.libbpf()::bpf_map_get_next_id);
    }

    /** The ids of all programs, like {@link #maps}. */
    static List<Integer> programs() {
        return list("programs", Native.libbpf()::bpf_prog_get_next_id);
    }

    private static List<Integer> list(String what, NextId next) {
        IntStream.Builder ids = IntStream.builder();
        Block block = Block.allocate(Integer.BYTES);
        int result;
        try {
            do {
                result = next.find(block.bytes().getInt(0), block.address());
                if (result == 0) {
                    ids.add(block.bytes().getInt(0));
                }
            } while (result == 0);
        } finally {
            Reference.reachabilityFence(block);
        }
        if (result != -ErrnoNumbers.ENOENT) {
            throw BpfException.of("listing of all " + what)
                    .errno(-result)
                    .because(result == -ErrnoNumbers.EPERM ? "it requires CAP_SYS_ADMIN, CAP_BPF is not enough" : null)
                    .build();
        }
        return ids.build().boxed().toList();
    }
}
