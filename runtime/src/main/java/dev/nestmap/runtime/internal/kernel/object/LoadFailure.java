/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.btf.VerifierLog;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLine;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Explains why an object can't be loaded, from the errno and libbpf's output.
 *
 * @param maps the maps of the object that can be read
 */
record LoadFailure(ObjectPreparation programs, NativeObject object, List<MapDef> maps, List<String> log) {
    /**
     * {@code kernel/bpf/verifier.c}. In Linux 5.8 and later, "root" is a process with CAP_PERFMON ({@code bypass_spec_v1}), which may also
     * compute with the difference of two pointers, compare them and store them ({@code allow_ptr_leaks}). No process may add two pointers.
     */
    private static final Pattern PRIVILEGED =
            Pattern.compile("prohibited for !root|R\\d+ (?:pointer (?:-= pointer|comparison) prohibited|leaks addr)");

    private static final String LACKED_TYPES =
            "the kernel refused the types (BTF) of the object, and then a map or a program that may require them: libbpf's log below"
                    + " has both errors";

    private static final String IN_NO_STRUCT = " is in no struct of SEC(\".struct_ops.link\") or SEC(\".struct_ops\")";

    private static final String NO_BPF_LSM =
            "the kernel may have no CONFIG_BPF_LSM, or no bpf in its list of security modules (/sys/kernel/security/lsm; lsm= at its start), ";

    private static final String REMEDY = "; nestmap explain LOG says what to do about most errors";

    /** The exception for this errno, a positive number. */
    BpfException exception(String operation, int errno) {
        int cause = LibbpfLog.firstErrno(errno, log);
        String lacking = lacking(cause);
        String explanation = LibbpfLog.lacksTypes(log) ? LACKED_TYPES : lacking != null ? lacking : explanation(cause);
        return SlotFailure.in(log)
                .map(slot -> slot.exception(operation, log))
                .orElseGet(
                        () -> ObjectErrors.LOAD.failed(reason(lacking), operation, refuser(), cause, explanation, log));
    }

    /** The kernel if it refused a program or a map, otherwise libbpf. */
    private String refuser() {
        boolean byKernel = Stream.of(LibbpfLine.REFUSED_PROGRAM, LibbpfLine.REFUSED_MAP, LibbpfLine.REFUSED_TRIAL)
                .anyMatch(refused -> refused.isIn(log));
        return byKernel ? KernelAndLibbpfVersions.kernel() : KernelAndLibbpfVersions.libbpf();
    }

    /** Null for the usual reason of the errno. */
    private @Nullable Reason reason(@Nullable String lacking) {
        if (lacking != null) {
            return Reason.NOT_SUPPORTED;
        }
        return LibbpfLog.isOfVerifier(log) ? Reason.REJECTED_BY_VERIFIER : null;
    }

    /** What this kernel lacks; null if it may have everything. */
    private @Nullable String lacking(int errno) {
        String types = LibbpfLog.lackOfKernelTypes(log);
        if (types != null) {
            return types;
        }
        String extern = extern();
        if (extern != null) {
            return extern;
        }
        String newerType = errno == ErrnoNumbers.EINVAL ? unknownType() : null;
        if (newerType != null) {
            return newerType;
        }
        if (LibbpfLine.UNKNOWN_STRUCT.isIn(log)) {
            return "the kernel has no struct of functions of this type, or the type has no such member: libbpf's log below names it";
        }
        if (errno != ErrnoNumbers.EINVAL || LibbpfLine.UNUSED_FUNCTION.isIn(log)) {
            return null;
        }
        String lacked = lackedType();
        if (lacked != null) {
            return lacked;
        }
        return object.hasLinkedStructs() && KernelFeature.STRUCT_OPS_LINKS.isAbsent()
                ? KernelFeature.STRUCT_OPS_LINKS.lacking() + ". Compile the struct with SEC(\".struct_ops\")"
                : programs.unknownSection();
    }

    /** The explanation of what this kernel does not lack; null to use that of {@link ObjectErrors}. */
    private @Nullable String explanation(int errno) {
        String unused = named(LibbpfLine.UNUSED_FUNCTION, "program");
        if (unused != null) {
            return "program " + unused + IN_NO_STRUCT + ": assign it to a member of one, or leave it out of the load";
        }
        String map = named(LibbpfLine.REFUSED_MAP, "map");
        String unshared = named(LibbpfLine.UNSHARED_SECTION, "map");
        if (errno == ErrnoNumbers.ENOTSUPP && unshared != null) {
            return ErrorTable.message(
                    "UNSHARED_FIELD",
                    "a variable of section " + unshared.substring(Math.max(0, unshared.indexOf('.'))));
        }
        if (errno == ErrnoNumbers.ENOTSUPP && map != null && KernelFeature.LOCKS_IN_INNER_MAPS.isAbsent()) {
            return "if inner maps of map " + map + " have a bpf_spin_lock: "
                    + KernelFeature.LOCKS_IN_INNER_MAPS.lacking();
        }
        String program = named(LibbpfLine.REFUSED_PROGRAM, "program");
        String section = program == null ? "" : programs.sectionOf(program);
        if (errno == ErrnoNumbers.ENOTSUPP
                && ProgramSection.of(section).map(ProgramSection::type).orElse(null) == ProgramType.STRUCT_OPS) {
            return "program " + program
                    + IN_NO_STRUCT
                    + ", or the kernel does not let programs be this member of the struct: assign it to another"
                    + " member, or leave it out of the load";
        }
        if (log.stream().anyMatch(line -> PRIVILEGED.matcher(line).find())) {
            return ErrorTable.message(
                    "NEEDS_PERFMON",
                    program == null ? "a program" : "program " + program,
                    LinuxCapability.lacking(List.of(LinuxCapability.CAP_PERFMON)));
        }
        if (errno == ErrnoNumbers.EPERM && LinuxCapability.lacking().isEmpty()) {
            return ErrorTable.message(
                    "LOAD_IS_FORBIDDEN",
                    program == null ? "it" : "program " + program + " of SEC(\"" + section + "\")",
                    section.startsWith("lsm") ? NO_BPF_LSM : "",
                    LinuxCapability.otherReasons());
        }
        if (map != null && (errno == ErrnoNumbers.EINVAL || errno == ErrnoNumbers.E2BIG)) {
            return "the kernel rejected map " + map + (errno == ErrnoNumbers.E2BIG ? ", which is too large for it" : "")
                    + ": nestmap check OBJECT names the rule that it breaks";
        }
        return program == null ? null : refusedProgram(program, errno);
    }

    /** Why libbpf could not resolve an extern, before it asked the kernel to load anything; null if it could. */
    private @Nullable String extern() {
        String name = named(LibbpfLine.EXTERN, "extern");
        return name == null ? null : ErrorTable.message("EXTERN_IS_MISSING", name, System.getProperty("os.version"));
    }

    /** The verifier's reason. The kernel also rejects programs before it verifies them; null if the errno then has its own explanation. */
    private @Nullable String refusedProgram(String program, int errno) {
        String unexplained = errno == ErrnoNumbers.EINVAL || errno == ErrnoNumbers.EACCES || errno == ErrnoNumbers.E2BIG
                ? "the kernel rejected program " + program + ": libbpf's log below has what is known"
                : null;
        return VerifierLog.in(log)
                .map(found -> found.explanation(maps))
                .map(found ->
                        "program " + program + found.text() + (found.remedy().isEmpty() ? REMEDY : ""))
                .orElse(unexplained);
    }

    /** Says that Nestmap does not know the type of the rejected map, or of its inner maps; else null. The object may be right. */
    private @Nullable String unknownType() {
        Long refused = refusedMap();
        int type = refused == null ? 0 : object.libbpf().bpf_map__type(refused);
        return refused == null || MapKind.ofNumber(type).isPresent()
                ? null
                : "map " + named(LibbpfLine.REFUSED_MAP, "map") + " has the map type " + type
                        + ", which this version of Nestmap does not know, and probably this kernel does not either";
    }

    /** The rejected map, or its inner map: a {@code struct bpf_map *} of libbpf. Null if no map was rejected. */
    private @Nullable Long refusedMap() {
        String name = named(LibbpfLine.REFUSED_MAP, "map");
        Long map = name == null ? null : object.declared().get(name);
        if (map == null) {
            return null;
        }
        long inner = object.libbpf().bpf_map__inner_map(map);
        return inner == 0 ? map : inner;
    }

    /** The type or flag of the rejected map, or of its inner maps, that the kernel lacks; else null. */
    private @Nullable String lackedType() {
        Long refused = refusedMap();
        MapKind kind = refused == null
                ? null
                : MapKind.ofNumber(object.libbpf().bpf_map__type(refused)).orElse(null);
        if (refused == null || kind == null) {
            return null;
        }
        KernelFeature needed = KernelFeature.of(kind, object.libbpf().bpf_map__map_flags(refused));
        return needed != null && needed.isAbsent() ? needed.lacking() : null;
    }

    /** The name in the first line of this kind; null if there is none. */
    private @Nullable String named(LibbpfLine line, String group) {
        return line.in(log).map(found -> found.group(group)).findFirst().orElse(null);
    }
}
