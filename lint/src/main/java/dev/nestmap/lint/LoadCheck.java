/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.Btf;
import dev.nestmap.btf.BtfMapReader;
import dev.nestmap.btf.Elf;
import dev.nestmap.btf.LibbpfFixups;
import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.NameTable;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.type.ManagedField;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the parts of an object file that will not load or are fragile, without loading it. */
public final class LoadCheck {
    private static final String MALFORMED = "the object can't be read: ";
    private static final String COMPILE = "compile it with clang -g -O2 -target bpf -c";
    private static final String CORRECT_IN_C = "correct the definition in C, and " + COMPILE;

    /** {@code bpf_spin_lock}, {@code bpf_timer_init} and {@code bpf_kptr_xchg} in {@code enum bpf_func_id}. */
    private static final Set<Integer> HELPERS_OF_FIELDS = Set.of(93, 169, 194);

    /** {@code bpf_spin_lock} and {@code bpf_timer_init}. */
    private static final Set<Integer> LOCKS_AND_TIMERS = Set.of(93, 169);

    private static final String ARENA_SECTION = ".addr_space.1";

    private final ByteOrder machine;
    private final List<ProgramDef> declared;
    private final ProblemCollector problems = new ProblemCollector();

    private LoadCheck(ByteOrder machine, List<ProgramDef> declared) {
        this.machine = machine;
        this.declared = declared;
    }

    /**
     * Checks an object file for this machine.
     *
     * @param name name or path of the file, for messages
     * @param bytes the whole file
     * @param declared the programs that Java names, and whose types it may set
     * @return the problems, the worst first; empty if there are none
     */
    public static List<Finding> of(String name, byte[] bytes, List<ProgramDef> declared) {
        return of(name, bytes, declared, ByteOrder.nativeOrder());
    }

    /**
     * Checks an object file for this machine, and compares it with records.
     *
     * @param records the schema of the records
     */
    public static List<Finding> of(String name, byte[] bytes, Schema records) {
        LoadCheck check = new LoadCheck(ByteOrder.nativeOrder(), records.programs());
        ObjectFile file = check.run(name, bytes);
        ProblemCollector problems = check.problems;
        if (file != null) {
            Schema actual = file.schema().withPages(MapKind.PAGE_SIZE); // libbpf rounds the sizes of ring buffers
            SchemaComparison.compare(records, actual, file.relocatedTypes()).stream()
                    .filter(difference -> !isLeftToRecords(difference, actual))
                    .map(
                            difference -> new Finding(
                                    "record-"
                                            + difference
                                                    .aspect()
                                                    .name()
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace('_', '-'),
                                    Severity.ERROR,
                                    "records of " + records.origin(),
                                    difference.message(),
                                    records.isForeign()
                                            ? "correct the records; nestmap import writes records that fit"
                                            : "compile the object again with the generated header, or take the version that the records declare"))
                    .forEach(problems::add);
            problems.addAll(ProgramCheck.interrupted(file, records));
        }
        return problems.sorted();
    }

    /** Whether the object has no definition of the inner maps of an outer map. Then a load takes that of the records. */
    private static boolean isLeftToRecords(Difference difference, Schema actual) {
        return difference.aspect() == Difference.Aspect.PRESENCE
                && difference.where().part() == null
                && actual.map(String.valueOf(difference.where().map()))
                        .filter(map -> map.role() == MapRole.OUTER && map.definition() == null)
                        .isPresent();
    }

    /** Does the same for a machine with this byte order. */
    static List<Finding> of(String name, byte[] bytes, List<ProgramDef> declared, ByteOrder machine) {
        LoadCheck check = new LoadCheck(machine, declared);
        check.run(name, bytes);
        return check.problems.sorted();
    }

    /** Returns null if the file can't be read. */
    private @Nullable ObjectFile run(String name, byte[] bytes) {
        Elf elf;
        try {
            elf = Elf.parse(name, bytes);
        } catch (MalformedObjectException e) {
            add(
                    "unreadable-file",
                    Severity.ERROR,
                    "file",
                    MALFORMED + e.problem(),
                    Objects.requireNonNullElse(e.remedy(), COMPILE));
            return null;
        }
        if (elf.hasOnlyDebugInformation()) {
            add(
                    "debug-information-only",
                    Severity.ERROR,
                    "file",
                    "it holds only debug information: its sections with programs have no bytes (objcopy --only-keep-debug, or the package of"
                            + " debug symbols), so there is nothing to load",
                    "take the object itself, from which this file was split");
            return null;
        }
        byteOrder(elf);
        withoutBtf(elf);
        List<MalformedMap> malformed = new ArrayList<>();
        ObjectFile file = null;
        try {
            ProgramCheck.check(elf, declared, problems);
            file = ObjectFile.readable(name, elf, malformed);
            arenas(file.schema(), lacksArena(elf, file.schema()));
            legacy(file);
            boolean usesFields = usesManagedFields(elf);
            Btf types = file.btf().orElse(null);
            if (types != null) {
                new BtfAndSymbolCheck(elf, types).check(problems);
                BtfCheck.check(types, needsBtf(elf, file.schema(), usesFields), problems);
            }
            MapCheck.check(file, usesFields, problems);
            untypedLocks(elf, file.schema());
        } catch (MalformedObjectException e) {
            add(
                    "unreadable-maps",
                    Severity.ERROR,
                    "maps",
                    MALFORMED + e.problem(),
                    Objects.requireNonNullElse(e.remedy(), CORRECT_IN_C));
        }
        malformed.forEach(map -> add(
                "unreadable-map",
                Severity.ERROR,
                "map " + map.name(),
                map.problem(),
                Objects.requireNonNullElse(map.remedy(), CORRECT_IN_C)));
        return file;
    }

    private void byteOrder(Elf elf) {
        if (elf.order() != machine) {
            String order = elf.order() == ByteOrder.BIG_ENDIAN ? "big-endian" : "little-endian";
            add(
                    "other-byte-order",
                    Severity.ERROR,
                    "file",
                    "it was compiled for " + order + " machines, and libbpf rejects it on this one",
                    "compile it with -target " + (machine == ByteOrder.BIG_ENDIAN ? "bpfeb" : "bpfel"));
        }
    }

    private void withoutBtf(Elf elf) {
        if (elf.section(".BTF").isEmpty()) {
            boolean hasMaps = elf.section(BtfMapReader.SECTION).isPresent();
            add(
                    "no-btf",
                    hasMaps ? Severity.ERROR : Severity.NOTE,
                    "file",
                    hasMaps
                            ? "it has no BTF, so nothing describes the maps that it defines"
                            : "it has no BTF, so nothing describes its variables",
                    "compile it with -g, and don't strip the section .BTF");
        }
    }

    /**
     * Whether the object does not load without its BTF. If the kernel rejects the BTF, libbpf creates maps without it, but for these. The
     * verifier then rejects the programs that use a lock or another field that the kernel manages.
     */
    private static boolean needsBtf(Elf elf, Schema schema, boolean usesFields) {
        return LibbpfFixups.hasStructOps(elf)
                || schema.maps().stream()
                        .anyMatch(map -> map.kind().isStorage()
                                || (usesFields && !ManagedField.of(map.value()).isEmpty()));
    }

    /** Whether programs call helpers for fields that the kernel manages, or functions of the kernel, some of which also use such fields. */
    private static boolean usesManagedFields(Elf elf) {
        return elf.section(".ksyms").isPresent() || elf.calls(HELPERS_OF_FIELDS);
    }

    private static boolean lacksArena(Elf elf, Schema schema) {
        return elf.section(ARENA_SECTION).isPresent()
                && schema.maps().stream().noneMatch(map -> map.kind() == MapKind.ARENA);
    }

    /** {@code bpf_object__init_user_btf_maps} and {@code bpf_object__collect_relos}, libbpf 1.4 and newer. */
    private void arenas(Schema schema, boolean isLacking) {
        List<String> arenas = schema.maps().stream()
                .filter(map -> map.kind() == MapKind.ARENA)
                .map(map -> NameTable.shown(map.name()))
                .toList();
        if (isLacking) {
            add(
                    "no-arena",
                    Severity.ERROR,
                    "section " + ARENA_SECTION,
                    "it has variables of an arena, and the object defines no map of type BPF_MAP_TYPE_ARENA, so every libbpf rejects the object"
                            + " (\"ARENA map should be explicitly declared\"), or skips the section",
                    "define an ARENA in SEC(\".maps\"), or take __arena from the variables");
        } else if (arenas.size() > 1) {
            add(
                    "several-arenas",
                    Severity.ERROR,
                    "map " + arenas.get(1),
                    "the object defines " + arenas.size() + " maps of type BPF_MAP_TYPE_ARENA ("
                            + String.join(", ", arenas)
                            + "), and libbpf 1.4 and newer accept one (\"only single ARENA map is supported\")",
                    "keep one of them, or put the programs of the other into an object of their own");
        }
    }

    /**
     * Finds objects whose programs lock an entry or start a timer, although no map says in its type that it has such a field. Lists of elements,
     * which programs allocate, may have locks too; only objects that use functions of the kernel have such elements.
     */
    private void untypedLocks(Elf elf, Schema schema) {
        List<String> sized = schema.maps().stream()
                .filter(map -> MapCheck.isBySize(map.value()) && map.kind().isCopyable())
                .map(map -> NameTable.shown(map.name()))
                .toList();
        boolean hasFields = Stream.concat(
                        schema.maps().stream().map(MapDef::value),
                        schema.globals().stream().map(GlobalDef::type))
                .anyMatch(type -> !ManagedField.of(type).isEmpty());
        if (sized.isEmpty() || hasFields || elf.section(".ksyms").isPresent() || !elf.calls(LOCKS_AND_TIMERS)) {
            return;
        }
        add(
                "untyped-lock",
                Severity.ERROR,
                sized.size() == 1 ? "map " + sized.get(0) : "maps " + String.join(", ", sized),
                "a program calls bpf_spin_lock or bpf_timer_init, and the maps that could hold the lock or timer are declared with value_size,"
                        + " so the kernel finds none in their values and rejects the program (\"has to have BTF in order to use\")",
                "declare the types of the map that holds it: __type(key, ...) and __type(value, struct ...)");
    }

    private void legacy(ObjectFile file) {
        for (String map : file.legacyMaps()) {
            add(
                    "legacy-map",
                    Severity.ERROR,
                    "map " + NameTable.shown(map),
                    "it is defined in the legacy section \"maps\", which libbpf 1.0 and newer rejects",
                    "define it in SEC(\".maps\"), with __uint and __type");
        }
    }

    private void add(String id, Severity severity, String where, String what, String remedy) {
        problems.add(new Finding(id, severity, where, what, remedy));
    }
}
