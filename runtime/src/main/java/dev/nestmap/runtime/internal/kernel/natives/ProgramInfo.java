/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The used members of {@code struct bpf_prog_info} of {@code linux/bpf.h}. Their offsets have not changed.
 *
 * @param name the first 15 characters of the program's name
 * @param mapIds the ids of the maps that the program uses
 * @param btfId the id of its BTF; 0 if it has none
 * @param statistics the runs of the program at that time
 */
public record ProgramInfo(int id, String name, Set<Integer> mapIds, int btfId, ProgramStatistics statistics) {
    /** Larger than the struct of Linux 6.18, so that newer kernels fit too. */
    private static final int SIZE = 320;

    /** {@code struct bpf_insn}. */
    private static final int INSTRUCTION_SIZE = 8;

    private static final int JITED_PROG_LEN_AT = 16;
    private static final int XLATED_PROG_LEN_AT = 20;
    private static final int NR_MAP_IDS_AT = 52;
    private static final int MAP_IDS_AT = 56;
    private static final int BTF_ID_AT = 128;
    private static final int RUN_TIME_AT = 192;
    private static final int RUNS_AT = 200;
    private static final int RECURSION_MISSES_AT = 208;
    private static final int VERIFIED_INSNS_AT = 216;

    /** Reads the info of the program with this id. Null if it has ended, or this process lacks CAP_SYS_ADMIN. */
    public static @Nullable ProgramInfo ofId(int id) {
        try (Descriptor program = new Descriptor(NativeLibraries.libbpf().bpf_prog_get_fd_by_id(id))) {
            if (program.fd() >= 0) {
                return of(program.fd());
            }
            ObjectInfoReader.requireNotFound(-program.fd(), "opening of program " + Integer.toUnsignedString(id));
            return null;
        }
    }

    /** Reads the info of the program with this file descriptor. */
    public static ProgramInfo of(int fd) {
        int count = ObjectInfoReader.read(fd, SIZE, "a program").bytes().getInt(NR_MAP_IDS_AT);
        OffHeapBlock ids = OffHeapBlock.allocate(Math.max(1, count) * Integer.BYTES);
        OffHeapBlock info = OffHeapBlock.allocate(SIZE + Integer.BYTES);
        info.bytes().putInt(NR_MAP_IDS_AT, count);
        info.bytes().putLong(MAP_IDS_AT, ids.address());
        try {
            ObjectInfoReader.read(fd, info, SIZE, "a program");
        } finally {
            Reference.reachabilityFence(ids);
        }
        Set<Integer> mapIds = IntStream.range(0, count)
                .mapToObj(i -> ids.bytes().getInt(i * Integer.BYTES))
                .collect(Collectors.toUnmodifiableSet());
        int id = info.bytes().getInt(4);
        String name = ObjectInfoReader.name(info, 64);
        ProgramStatistics statistics = new ProgramStatistics(
                name,
                id,
                info.bytes().getLong(RUNS_AT),
                Duration.ofNanos(info.bytes().getLong(RUN_TIME_AT)),
                info.bytes().getLong(RECURSION_MISSES_AT),
                info.bytes().getInt(XLATED_PROG_LEN_AT) / INSTRUCTION_SIZE,
                info.bytes().getInt(JITED_PROG_LEN_AT),
                info.bytes().getInt(VERIFIED_INSNS_AT));
        return new ProgramInfo(id, name, mapIds, info.bytes().getInt(BTF_ID_AT), statistics);
    }
}
