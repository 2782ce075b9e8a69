/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.feature;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.BpfCall;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import java.nio.file.Path;
import java.util.List;

/** Loads a program that does nothing, to find out whether the kernel knows a program type, and which maps the type may use. */
public final class ProgramProbe {
    private static final int BPF_PROG_LOAD = 5;

    private static final int BPF_PROG_QUERY = 16;

    /** Size of {@code query} in {@code union bpf_attr} of Linux 6.6. */
    private static final int QUERY_SIZE = 64;

    // Members of union bpf_attr for BPF_PROG_LOAD.
    private static final int SIZE = 148;
    private static final int INSN_CNT_AT = 4;
    private static final int INSNS_AT = 8;
    private static final int LICENSE_AT = 16;
    private static final int FLAGS_AT = 44;
    private static final int EXPECTED_ATTACH_TYPE_AT = 68;
    private static final int TOKEN_AT = 144;

    private static final int BPF_F_SLEEPABLE = 1 << 4;

    /** Opcodes of {@code struct bpf_insn}, and the number at its end. Loading a number of 64 bits takes two of them. */
    private static final byte LOAD_LONG = 0x18;

    /** The register r1 in the lower four bits. In the upper ones, {@code BPF_PSEUDO_MAP_FD}: the number is a descriptor of a map. */
    private static final byte MAP_TO_R1 = 0x11;

    private static final int REGISTERS_AT = 1;
    private static final byte MOVE_TO_R0 = (byte) 0xb7;

    private static final byte EXIT = (byte) 0x95;
    private static final int INSN_SIZE = 8;
    private static final int IMM_AT = 4;

    private ProgramProbe() {}

    /** Whether the kernel knows the program type and the attach type of this section. It must be one of a program without a target. */
    public static boolean isKnown(String section) {
        return isKnown(load(row(section)));
    }

    /** Does the same as {@link #isKnown}, if the kernel has an answer. */
    static boolean answersThatItKnows(String section) {
        return isKnown(KernelFeature.answered(load(row(section))));
    }

    private static boolean isKnown(int program) {
        try (Descriptor loaded = new Descriptor(program)) {
            return loaded.fd() != -ErrnoNumbers.EINVAL;
        }
    }

    /**
     * Whether the kernel can link a program of this section to many functions at once. Asks for a link to a function or file that does not
     * exist: a kernel that knows the links looks for it, and others return EINVAL or EOPNOTSUPP before.
     */
    static boolean links(String section) {
        ProgramSection row = row(section);
        int link;
        try (Descriptor loaded = new Descriptor(KernelFeature.answered(load(row)))) {
            int program = loaded.fd();
            if (program < 0) {
                return false;
            }
            BpfCall creation = row.kinds().contains(AttachmentKind.KPROBE_MULTI)
                    ? LinkCalls.creation(program, row.attachTypeNumber(), List.of("nestmap_no_such_function"), false)
                    : LinkCalls.creation(program, row.attachTypeNumber(), Path.of("/"), List.of(0L), false, 0);
            link = creation.run();
        }
        KernelFeature.answered(link);
        return link != -ErrnoNumbers.EINVAL && link != -ErrnoNumbers.EOPNOTSUPP;
    }

    private static ProgramSection row(String section) {
        return ProgramSection.of(section).orElseThrow();
    }

    /** Whether interfaces have this hook. Asks for the programs of an interface that does not exist. */
    static boolean hasHook(AttachType type) {
        int result = new BpfCall(BPF_PROG_QUERY, QUERY_SIZE)
                .setInt(0, Integer.MAX_VALUE)
                .setInt(Integer.BYTES, type.number())
                .run();
        KernelFeature.answered(result);
        return result == 0 || result == -ErrnoNumbers.ENODEV;
    }

    /**
     * Whether the verifier accepts a program of this type that names a map. It decides this by the types of the program and of the map, and
     * by the fields that the kernel manages in its values ({@code check_map_prog_compatibility} in kernel/bpf/verifier.c), and returns EINVAL
     * otherwise.
     *
     * @param type a type whose programs load without a target; the kernel accepts only sleepable programs of the type SYSCALL
     * @param map the map's file descriptor
     * @throws BpfException if the kernel has no answer
     */
    public static boolean mayUse(ProgramType type, int map) {
        int loaded = loadWith(type, map);
        if (loaded < 0 && loaded != -ErrnoNumbers.EINVAL) {
            throw refused(type, loaded);
        }
        return isKnown(loaded);
    }

    /** Does the same, and also throws if the kernel returns EINVAL. */
    public static void requireLoad(ProgramType type, int map) {
        try (Descriptor loaded = new Descriptor(loadWith(type, map))) {
            if (loaded.fd() < 0) {
                throw refused(type, loaded.fd());
            }
        }
    }

    private static BpfException refused(ProgramType type, int result) {
        String why = result == -ErrnoNumbers.EPERM
                ? LinuxCapability.denied(
                        "it requires CAP_BPF, and CAP_NET_ADMIN or CAP_PERFMON for some types of programs")
                : null;
        return BpfException.of(-result, "load of a trial program of type " + type)
                .because(why);
    }

    /** Loads a program that names a map. Returns its file descriptor or a negative errno. */
    private static int loadWith(ProgramType type, int map) {
        OffHeapBlock program = OffHeapBlock.allocate(4 * INSN_SIZE);
        program.bytes().put(0, LOAD_LONG).put(REGISTERS_AT, MAP_TO_R1).putInt(IMM_AT, map);
        end(program, 2 * INSN_SIZE);
        return load(program, type, 0, type == ProgramType.SYSCALL ? BPF_F_SLEEPABLE : 0);
    }

    /** Loads a program that does nothing. Returns its file descriptor or a negative errno. */
    private static int load(ProgramSection section) {
        OffHeapBlock program = OffHeapBlock.allocate(2 * INSN_SIZE);
        end(program, 0);
        return load(program, section.type(), section.attachTypeNumber(), 0);
    }

    /** Writes the instructions {@code r0 = 1; exit}. */
    private static void end(OffHeapBlock program, int at) {
        program.bytes().put(at, MOVE_TO_R0).putInt(at + IMM_AT, 1).put(at + INSN_SIZE, EXIT);
    }

    private static int load(OffHeapBlock program, ProgramType type, int attachType, int flags) {
        return new BpfCall(BPF_PROG_LOAD, SIZE)
                .setInt(0, type.number())
                .setInt(INSN_CNT_AT, program.size() / INSN_SIZE)
                .setPointer(INSNS_AT, program)
                .setPointer(LICENSE_AT, OffHeapBlock.ofString("GPL"))
                .setInt(FLAGS_AT, flags)
                .setInt(EXPECTED_ATTACH_TYPE_AT, attachType)
                .runOrDelegate(FLAGS_AT, TOKEN_AT);
    }
}
