/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the parts of an object file that will not load or are fragile, without loading it. */
public final class LoadCheck {
    private static final String MALFORMED = "the object can't be read: ";
    private static final String COMPILE = "compile it with clang -g -O2 -target bpf -c";
    private static final String CORRECT_IN_C = "correct the definition in C, and " + COMPILE;

    /** {@code bpf_spin_lock}, {@code bpf_timer_init} and {@code bpf_kptr_xchg} in {@code enum bpf_func_id}. */
    private static final Set<Integer> HELPERS_OF_FIELDS = Set.of(93, 169, 194);

    private final ByteOrder machine;
    private final List<ProgramDef> declared;
    private final ProblemCollector problems = new ProblemCollector();

    /** The severity of a problem. */
    public enum Severity {
        /** libbpf, the kernel or Nestmap rejects the object. */
        REJECTED,
        /** The object loads, but the named part can surprise. */
        FRAGILE,
        /** What a loader must do, what libbpf changes, or what a program should do. */
        NOTE
    }

    /** The part of an object that a problem concerns. */
    public enum Part {
        /** The file as a whole. */
        FILE,
        /** The definition of a map or a symbol, which libbpf reads when it opens the object. */
        DEFINITION,
        /** A program. */
        PROGRAM,
        /** The records, which differ from the object. */
        RECORDS
    }

    /**
     * One problem.
     *
     * @param severity how bad it is
     * @param part what it concerns
     * @param where the map, program or file
     * @param what the problem, and who rejects it
     * @param remedy what to do
     */
    public record Problem(Severity severity, Part part, String where, String what, String remedy) {
        /**
         * Whether a check fails because of it.
         *
         * @param strict whether fragile parts fail, too
         */
        public boolean fails(boolean strict) {
            return severity == Severity.REJECTED || (strict && severity == Severity.FRAGILE);
        }
    }

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
    public static List<Problem> of(String name, byte[] bytes, List<ProgramDef> declared) {
        return of(name, bytes, declared, ByteOrder.nativeOrder());
    }

    /**
     * Checks one map of an object file for this machine.
     *
     * @return the problems of the map and of its inner maps, the worst first; empty if there are none, or if the file can't be read
     */
    public static List<Problem> ofMap(String name, byte[] bytes, String map) {
        LoadCheck check = new LoadCheck(ByteOrder.nativeOrder(), List.of());
        ObjectFile file = check.run(name, bytes);
        if (file == null) {
            return List.of();
        }
        Set<String> places = new HashSet<>(Set.of("map " + map));
        file.schema()
                .map(map)
                .map(MapDef::definition)
                .ifPresent(inner -> places.addAll(Set.of("map " + inner, "inner map " + inner)));
        return check.problems.sorted().stream()
                .filter(problem -> places.contains(problem.where()))
                .toList();
    }

    /**
     * Checks an object file for this machine, and compares it with records.
     *
     * @param records the schema of the records
     */
    public static List<Problem> of(String name, byte[] bytes, Schema records) {
        LoadCheck check = new LoadCheck(ByteOrder.nativeOrder(), records.programs());
        ObjectFile file = check.run(name, bytes);
        ProblemCollector problems = check.problems;
        if (file != null) {
            Schema actual = file.schema().withPages(MapKind.PAGE_SIZE); // libbpf rounds the sizes of ring buffers
            SchemaComparison.compare(records, actual, file.relocatedTypes()).stream()
                    .filter(difference -> !isLeftToRecords(difference, actual))
                    .map(
                            difference -> new Problem(
                                    Severity.REJECTED,
                                    Part.RECORDS,
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
    static List<Problem> of(String name, byte[] bytes, List<ProgramDef> declared, ByteOrder machine) {
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
                    Severity.REJECTED,
                    Part.FILE,
                    "file",
                    MALFORMED + e.problem(),
                    Objects.requireNonNullElse(e.remedy(), COMPILE));
            return null;
        }
        byteOrder(elf);
        withoutBtf(elf);
        List<MalformedMap> malformed = new ArrayList<>();
        ObjectFile file = null;
        try {
            ProgramCheck.check(elf, declared, problems);
            ProgramCheck.newerSections(elf, declared, problems);
            file = ObjectFile.readable(name, elf, malformed);
            legacy(file);
            boolean usesFields = usesManagedFields(elf);
            Btf types = file.btf().orElse(null);
            if (types != null) {
                new BtfAndSymbolCheck(elf, types).check(problems);
                BtfCheck.check(types, needsBtf(elf, file.schema(), usesFields), problems);
            }
            MapCheck.check(file, usesFields, problems);
        } catch (MalformedObjectException e) {
            add(
                    Severity.REJECTED,
                    Part.FILE,
                    "maps",
                    MALFORMED + e.problem(),
                    Objects.requireNonNullElse(e.remedy(), CORRECT_IN_C));
        }
        malformed.forEach(map -> add(
                Severity.REJECTED,
                Part.DEFINITION,
                "map " + map.name(),
                map.problem(),
                Objects.requireNonNullElse(map.remedy(), CORRECT_IN_C)));
        return file;
    }

    private void byteOrder(Elf elf) {
        if (elf.order() != machine) {
            String order = elf.order() == ByteOrder.BIG_ENDIAN ? "big-endian" : "little-endian";
            add(
                    Severity.REJECTED,
                    Part.FILE,
                    "file",
                    "it was compiled for " + order + " machines, and libbpf rejects it on this one",
                    "compile it with -target " + (machine == ByteOrder.BIG_ENDIAN ? "bpfeb" : "bpfel"));
        }
    }

    private void withoutBtf(Elf elf) {
        if (elf.section(".BTF").isEmpty()) {
            boolean hasMaps = elf.section(BtfMapReader.SECTION).isPresent();
            add(
                    hasMaps ? Severity.REJECTED : Severity.NOTE,
                    Part.FILE,
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

    private void legacy(ObjectFile file) {
        for (String map : file.legacyMaps()) {
            add(
                    Severity.REJECTED,
                    Part.DEFINITION,
                    "map " + NameTable.shown(map),
                    "it is defined in the legacy section \"maps\", which libbpf 1.0 and newer rejects",
                    "define it in SEC(\".maps\"), with __uint and __type");
        }
    }

    private void add(Severity severity, Part part, String where, String what, String remedy) {
        problems.add(new Problem(severity, part, where, what, remedy));
    }
}
