/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The ids of the kernel's maps and programs, and of its boot. */
public final class KernelIds {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static volatile @Nullable UUID knownBoot;

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
        return list("maps", NativeLibraries.libbpf()::bpf_map_get_next_id);
    }

    /** The ids of all programs, like {@link #maps}. */
    static List<Integer> programs() {
        return list("programs", NativeLibraries.libbpf()::bpf_prog_get_next_id);
    }

    private static List<Integer> list(String what, NextId next) {
        IntStream.Builder ids = IntStream.builder();
        OffHeapBlock block = OffHeapBlock.allocate(Integer.BYTES);
        int result;
        do {
            result = block.call(address -> next.find(block.bytes().getInt(0), address));
            if (result == 0) {
                ids.add(block.bytes().getInt(0));
            }
        } while (result == 0);
        if (result != -ErrnoNumbers.ENOENT) {
            throw BpfException.of(-result, "listing of all " + what)
                    .because(
                            result == -ErrnoNumbers.EPERM
                                    ? LinuxCapability.denied(
                                            "it requires CAP_SYS_ADMIN, CAP_BPF is not enough",
                                            LinuxCapability.CAP_SYS_ADMIN)
                                    : null);
        }
        return ids.build().boxed().toList();
    }

    /** The random id that the kernel draws each time it starts ({@code drivers/char/random.c}). */
    static UUID boot() {
        UUID id = knownBoot;
        if (id == null) {
            try {
                id = UUID.fromString(Files.readString(BOOT_ID).strip());
            } catch (IOException | IllegalArgumentException e) {
                throw BpfException.of(Reason.SYSTEM_CALL, "reading of " + BOOT_ID)
                        .cause(e)
                        .because("the kernel's boot id can't be read (" + e + "): "
                                + (e instanceof NoSuchFileException ? "mount /proc" : "try again"));
            }
            knownBoot = id;
        }
        return id;
    }
}
