/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The architectures for which {@code bpf/bpf_tracing.h} (libbpf 1.7) knows the registers that hold a function's arguments. */
public enum Architecture {
    X86("r15", "x86_64", "amd64"),
    ARM64("pstate", "aarch64"),
    ARM("uregs", "arm"),
    S390("psw", "s390x"),
    POWERPC("nip", "ppc64le", "ppc64"),
    RISCV("a0", "riscv64"),
    LOONGARCH("csr_era", "loongarch64");

    /** The structs with the registers of a program's context, as the kernel and its headers for user space call them. */
    static final Set<String> REGISTERS = Set.of("pt_regs", "user_pt_regs", "user_regs_struct");

    /** Part of the names of the headers that {@code bpftool btf dump} writes. */
    private static final String KERNEL_TYPES = "vmlinux";

    private static final String OBJECT_SUFFIX = ".bpf.o";

    private final String register;
    private final String machine;
    private final String otherMachine;

    /**
     * @param register a member that no other architecture's registers have
     * @param machine the name in {@code uname -m}
     */
    Architecture(String register, String machine) {
        this(register, machine, machine);
    }

    /** @param otherMachine a second name, such as that in {@code os.arch} */
    Architecture(String register, String machine, String otherMachine) {
        this.register = register;
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

    /** The architecture whose registers these types describe; empty if they describe none. */
    static Optional<Architecture> of(Btf btf) {
        List<BtfType> registers = btf.types(BtfKind.STRUCT)
                .filter(type -> REGISTERS.contains(type.name()))
                .toList();
        return Stream.of(values())
                .filter(value -> registers.stream().anyMatch(type -> has(btf, type, value.register, 0)))
                .findFirst();
    }

    /**
     * The architecture whose registers the debug information describes. It has the types of casts, too, which BTF lacks: arm64's headers
     * only declare {@code struct pt_regs}, and a program casts its context to {@code struct user_pt_regs}. Empty if a {@code vmlinux.h} may
     * be the reason, through which nearly every type of the kernel leads to registers: its programs read them with CO-RE.
     */
    static Optional<Architecture> ofDebugInformation(Elf elf) {
        String names = latin1(elf, ".debug_str");
        boolean hasRegisters = REGISTERS.stream().anyMatch(tag -> names.contains(tag + '\0'));
        // DWARF 4 lists the files in the first section, DWARF 5 in the second.
        if (!hasRegisters
                || latin1(elf, ".debug_line").contains(KERNEL_TYPES)
                || latin1(elf, ".debug_line_str").contains(KERNEL_TYPES)) {
            return Optional.empty();
        }
        return Stream.of(values())
                .filter(value -> names.contains('\0' + value.register + '\0'))
                .findFirst();
    }

    private static String latin1(Elf elf, String section) {
        return elf.section(section).map(found -> found.bytes().latin1()).orElse("");
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
