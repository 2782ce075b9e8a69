/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The architectures for which {@code bpf/bpf_tracing.h} (libbpf 1.7) knows the registers that hold a function's arguments. */
public enum Architecture {
    X86("r15", true, "x86_64", "amd64"),
    ARM64("pstate", false, "aarch64"),
    ARM("uregs", true, "arm"),
    S390("psw", false, "s390x"),
    POWERPC("nip", true, "ppc64le", "ppc64"),
    RISCV("a0", false, "riscv64"),
    LOONGARCH("csr_era", false, "loongarch64");

    /** The structs with the registers of a program's context, as the kernel and its headers for user space call them. */
    static final Set<String> REGISTERS = Set.of("pt_regs", "user_pt_regs", "user_regs_struct");

    private static final String OBJECT_SUFFIX = ".bpf.o";

    private final String register;
    private final boolean hasPtRegs;
    private final String machine;
    private final String otherMachine;

    /**
     * @param register a member that no other architecture's registers have
     * @param hasPtRegs whether user space sees the registers as {@code struct pt_regs}; the others only declare that struct
     * @param machine the name in {@code uname -m}
     */
    Architecture(String register, boolean hasPtRegs, String machine) {
        this(register, hasPtRegs, machine, machine);
    }

    /** @param otherMachine a second name, such as that in {@code os.arch} */
    Architecture(String register, boolean hasPtRegs, String machine, String otherMachine) {
        this.register = register;
        this.hasPtRegs = hasPtRegs;
        this.machine = machine;
        this.otherMachine = otherMachine;
    }

    /** The name in the macros {@code __TARGET_ARCH_arm64} of libbpf's headers: {@code arm64}. */
    public String libbpfName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name in the directories of headers for cross compilers: {@code aarch64}. */
    public String machine() {
        return machine.equals("ppc64le") ? "powerpc64le" : machine;
    }

    /** The architecture of this machine; empty if libbpf's headers don't know it. */
    public static Optional<Architecture> ofThisMachine() {
        return of(System.getProperty("os.arch"));
    }

    /**
     * The architecture that users name.
     *
     * @param name {@code arm64}, {@code aarch64}; {@code x86}, {@code x86_64}, {@code amd64}
     */
    public static Optional<Architecture> of(String name) {
        return Stream.of(values())
                .filter(value -> List.of(value.libbpfName(), value.machine, value.otherMachine)
                        .contains(name))
                .findFirst();
    }

    /** The names that {@link #of} knows first. */
    public static String names() {
        return Stream.of(values()).map(Architecture::libbpfName).collect(Collectors.joining(", "));
    }

    /** Several architectures as a text: {@code arm64, riscv or loongarch}. Empty if there are none. */
    public static String or(Set<Architecture> architectures) {
        List<String> names =
                architectures.stream().sorted().map(Architecture::libbpfName).toList();
        int last = names.size() - 1;
        return last < 1 ? String.join("", names) : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    }

    /** The end of the name of an object that is built for this architecture: {@code .arm64.bpf.o}. */
    public String objectSuffix() {
        return "." + libbpfName() + OBJECT_SUFFIX;
    }

    /** The architecture in the name of an object file: {@code probe.arm64.bpf.o}. */
    static Optional<Architecture> ofFile(String name) {
        return Stream.of(values())
                .filter(value -> name.endsWith(value.objectSuffix()))
                .findFirst();
    }

    /**
     * The architectures that an object with these types can have been built for; empty if its types don't tell.
     *
     * @param order the object's byte order
     */
    static Set<Architecture> of(Btf btf, ByteOrder order) {
        List<BtfType> registers = btf.types(BtfKind.STRUCT)
                .filter(type -> REGISTERS.contains(type.name()))
                .toList();
        Set<Architecture> found = Stream.of(values())
                .filter(value -> registers.stream().anyMatch(type -> has(btf, type, value.register, 0)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Architecture.class)));
        boolean isDeclaredOnly = found.isEmpty()
                && btf.types(BtfKind.FWD).anyMatch(type -> type.name().equals("pt_regs"));
        if (isDeclaredOnly) {
            Stream.of(values())
                    .filter(value -> !value.hasPtRegs && (value == S390) == (order == ByteOrder.BIG_ENDIAN))
                    .forEach(found::add);
        }
        return found;
    }

    /** Whether a struct has a member, also in the structs and unions without a name in it, as in the kernel's own {@code pt_regs}. */
    private static boolean has(Btf btf, BtfType struct, String member, int depth) {
        return struct.members().stream().anyMatch(own -> {
            if (!own.name().isEmpty() || depth > 2) {
                return own.name().equals(member);
            }
            BtfType type = btf.resolve(own.type());
            return (type.kind() == BtfKind.STRUCT || type.kind() == BtfKind.UNION) && has(btf, type, member, depth + 1);
        });
    }

    @Override
    public String toString() {
        return libbpfName();
    }
}
