/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.btf.LoadCheck.Part;
import dev.nestmap.btf.LoadCheck.Problem;
import dev.nestmap.btf.LoadCheck.Severity;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds programs that the kernel rejects because the licence of the object is not compatible with the GPL. */
final class LicenseCheck {
    /** {@code license_is_gpl_compatible} in include/linux/license.h. */
    private static final Set<String> COMPATIBLE =
            Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL");

    /**
     * The helpers with {@code gpl_only}, by their number in {@code enum bpf_func_id}: kernel/bpf/helpers.c, kernel/trace/bpf_trace.c,
     * net/core/filter.c and drivers/media/rc/bpf-lirc.c. {@code KernelLicenseTest} compares them with the running kernel. Helpers of
     * struct_ops are missing, because these programs always need the licence.
     */
    static final Map<Integer, String> HELPERS = """
            4 probe_read
            6 trace_printk
            22 perf_event_read
            25 perf_event_output
            27 get_stackid
            35 get_current_task
            36 probe_write_user
            45 probe_read_str
            55 perf_event_read_value
            56 perf_prog_read_value
            58 override_return
            67 get_stack
            69 fib_lookup
            77 rc_repeat
            78 rc_keydown
            92 rc_pointer_rel
            100 tcp_check_syncookie
            110 tcp_gen_syncookie
            111 skb_output
            112 probe_read_user
            113 probe_read_kernel
            114 probe_read_user_str
            115 probe_read_kernel_str
            119 read_branch_records
            121 xdp_output
            126 seq_printf
            127 seq_write
            150 seq_printf_btf
            158 get_current_task_btf
            163 check_mtu
            165 snprintf
            169 timer_init
            170 timer_set_callback
            171 timer_start
            172 timer_cancel
            173 get_func_ip
            175 task_pt_regs
            176 get_branch_snapshot
            177 trace_vprintk
            191 copy_from_user_task
            204 tcp_raw_gen_syncookie_ipv4
            205 tcp_raw_gen_syncookie_ipv6
            206 tcp_raw_check_syncookie_ipv4
            207 tcp_raw_check_syncookie_ipv6
            """.lines()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toUnmodifiableMap(words -> Integer.valueOf(words[0]), words -> "bpf_" + words[1]));

    /**
     * The helpers that programs of some sections may call without the licence: {@code bpf_get_stackid} of perf events, and {@code
     * bpf_get_func_ip} of links to many functions. Programs without a known section may be any of these.
     */
    private static Set<Integer> allowed(Optional<ProgramSection> section) {
        if (section.isEmpty()) {
            return Set.of(GET_STACKID, GET_FUNC_IP);
        }
        if (section.get().type() == ProgramType.PERF_EVENT) {
            return Set.of(GET_STACKID);
        }
        return MANY_FUNCTIONS.matcher(section.get().name()).matches() ? Set.of(GET_FUNC_IP) : Set.of();
    }

    private static final int GET_STACKID = 27;
    private static final int GET_FUNC_IP = 173;
    private static final Pattern MANY_FUNCTIONS = Pattern.compile("[ku](ret)?probe\\.(multi|session)(\\.s)?");

    /** Opcodes of {@code struct bpf_insn}: an address, and the class of loads from one. */
    private static final int ADDRESS = 0x18;

    private static final int INSTRUCTION_CLASS = 0x07;
    private static final int LOAD = 0x01;

    /** As far as compilers move a load from the instruction before it. */
    private static final long LOOK_AHEAD = 16;

    /** The problems of programs that the kernel rejects whatever they call. */
    private static final Map<ProgramType, String> TYPES = Map.of(
            ProgramType.LSM, "LSM programs must have a GPL compatible license",
            ProgramType.STRUCT_OPS, "struct ops programs must have a GPL compatible license");

    /**
     * A function, and what it uses.
     *
     * @param helpers the helpers that need the licence
     * @param kernel the functions of the kernel
     * @param constants variables that a loader may set before the verifier sees them. They can rule out calls of helpers
     */
    private record Function(Elf.Symbol symbol, Set<String> helpers, Set<String> kernel, Set<String> constants) {
        Function(Elf.Symbol symbol) {
            this(symbol, new TreeSet<>(), new TreeSet<>(), new HashSet<>());
        }
    }

    private final Elf elf;
    private final String license;
    private final ProblemCollector problems;

    /** Functions of the kernel, and variables and functions of other objects. */
    private final Set<String> undefined;

    private LicenseCheck(Elf elf, String license, ProblemCollector problems) {
        this.elf = elf;
        this.license =
                license.isEmpty() ? "the object states no licence" : "\"" + NameTable.shown(license) + "\" is not";
        this.problems = problems;
        this.undefined = elf.symbols(Elf.NO_TYPE, section -> section.index() == 0).stream()
                .map(Elf.Symbol::name)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    /** @param problems receives the problems */
    static void check(Elf elf, ProblemCollector problems) {
        String license = elf.section("license")
                .map(section -> section.bytes().latin1().split("\0", 2)[0])
                .orElse("");
        List<Elf.Symbol> functions = elf.symbols(Elf.FUNCTION_SYMBOL, Elf.Section::isCode);
        // A file without programs is a part of an object, and another part may state the licence.
        if (!COMPATIBLE.contains(license)
                && functions.stream().anyMatch(function -> ProgramCheck.hasPrograms(function.section()))) {
            new LicenseCheck(elf, license, problems).check(functions);
        }
    }

    private void check(List<Elf.Symbol> symbols) {
        Map<Integer, NavigableMap<Long, Function>> sections = new TreeMap<>();
        for (Elf.Symbol symbol : symbols) {
            sections.computeIfAbsent(symbol.section().index(), section -> new TreeMap<>())
                    .put(symbol.value(), new Function(symbol));
        }
        for (NavigableMap<Long, Function> functions : sections.values()) {
            Elf.Section section = functions.firstEntry().getValue().symbol().section();
            Optional<ProgramSection> row = ProgramSection.of(new ProgramDef("", section.name()).sectionName());
            readCalls(section, functions, allowed(row));
            readConstants(section, functions);
            functions.values().forEach(function -> check(function, row.map(known -> TYPES.get(known.type()))));
        }
    }

    private void readCalls(Elf.Section section, NavigableMap<Long, Function> functions, Set<Integer> allowed) {
        NavigableMap<Long, String> relocations = elf.relocations(section);
        Elf.calls(section).forEach(at -> {
            Map.Entry<Long, Function> function = functions.floorEntry(at);
            String symbol = relocations.get(at);
            int number = Elf.helper(section, at);
            String helper = symbol == null && !allowed.contains(number) ? HELPERS.get(number) : null;
            if (function != null && helper != null) {
                function.getValue().helpers().add(helper);
            } else if (function != null && symbol != null && undefined.contains(symbol)) {
                function.getValue().kernel().add(NameTable.shown(symbol));
            }
        });
    }

    /** The verifier knows constants and the kernel's configuration, and does not reach calls that they rule out. */
    private void readConstants(Elf.Section section, NavigableMap<Long, Function> functions) {
        elf.relocationTable(section).stream()
                .flatMap(table -> elf.relocationsIn(table).stream())
                .filter(relocation -> isConstant(relocation.definedIn()) && isLoaded(section, relocation.at()))
                .forEach(relocation -> {
                    Map.Entry<Long, Function> function = functions.floorEntry(relocation.at());
                    if (function != null) {
                        function.getValue().constants().add(relocation.symbol());
                    }
                });
    }

    /** Whether variables of this section are constants when the kernel checks the program. Its configuration is in no section. */
    private static boolean isConstant(Elf.Section section) {
        return section.index() == 0 || section.name().startsWith(".rodata");
    }

    /** Whether an instruction loads from the address before anything is called. The address of a text is passed to a helper instead. */
    private static boolean isLoaded(Elf.Section section, long at) {
        FileBytes code = section.bytes();
        boolean isLittle = ByteOrder.LITTLE_ENDIAN.equals(code.order());
        int address = (code.u8(at + 1) >> (isLittle ? 0 : 4)) & 0x0f;
        long first = at + 2 * Elf.INSTRUCTION_SIZE;
        long end = Math.min(code.length(), first + LOOK_AHEAD * Elf.INSTRUCTION_SIZE) - Elf.INSTRUCTION_SIZE;
        boolean isAddress = code.u8(at) == ADDRESS;
        for (long next = first; isAddress && next <= end && code.u8(next) != Elf.CALL; next += Elf.INSTRUCTION_SIZE) {
            int source = (code.u8(next + 1) >> (isLittle ? 4 : 0)) & 0x0f;
            if ((code.u8(next) & INSTRUCTION_CLASS) == LOAD && source == address) {
                return true;
            }
        }
        return false;
    }

    /** @param ofType the error of the kernel if all programs of this type need the licence */
    private void check(Function function, Optional<String> ofType) {
        Elf.Symbol symbol = function.symbol();
        ofType.ifPresent(error -> add(Severity.REJECTED, symbol, "the kernel accepts it only", error));
        if (!function.helpers().isEmpty()) {
            add(
                    function.constants().isEmpty() ? Severity.REJECTED : Severity.FRAGILE,
                    symbol,
                    "it calls " + String.join(", ", function.helpers()) + ", which the kernel allows only",
                    "cannot call GPL-restricted function from non-GPL compatible program");
        }
        if (!function.kernel().isEmpty()) {
            add(
                    Severity.REJECTED,
                    symbol,
                    "it calls functions of the kernel, " + String.join(", ", function.kernel())
                            + ", which is possible only",
                    "cannot call kernel function from non-GPL compatible program");
        }
    }

    private void add(Severity severity, Elf.Symbol function, String subject, String error) {
        ProgramDef program = new ProgramDef(function.name(), function.section().name());
        problems.add(new Problem(
                severity,
                Part.PROGRAM,
                ProgramCheck.hasPrograms(function.section())
                        ? ProgramCheck.where(program)
                        : "function " + NameTable.shown(function.name()),
                subject + " with a licence that is compatible with the GPL (\"" + error + "\"), and " + license
                        + (severity == Severity.FRAGILE ? "; it loads only if its constants rule the calls out" : ""),
                VerifierAdvice.remedy(error).orElseThrow()));
    }
}
