/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.Btf;
import dev.nestmap.btf.BtfKind;
import dev.nestmap.btf.BtfMapReader;
import dev.nestmap.btf.BtfType;
import dev.nestmap.btf.Elf;
import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.NameTable;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a load does not say: parts of an object file that the kernel rejects with an errno alone, that are fragile, or that a kernel must
 * have. What libbpf and the kernel say in words, is left to them.
 */
public final class LoadCheck {
    private static final String MALFORMED = "the object can't be read: ";
    private static final String COMPILE = "compile it with clang -g -O2 -target bpf -c";
    private static final String CORRECT_IN_C = "correct the definition in C, and " + COMPILE;

    /** {@code bpf_spin_lock}, {@code bpf_timer_init} and {@code bpf_kptr_xchg} in {@code enum bpf_func_id}. */
    private static final Set<Integer> HELPERS_OF_FIELDS = Set.of(93, 169, 194);

    /** The most names in a note. */
    private static final int MOST_NAMES = 8;

    private final List<ProgramDef> declared;
    private final ProblemCollector problems = new ProblemCollector();

    private LoadCheck(List<ProgramDef> declared) {
        this.declared = declared;
    }

    /**
     * Checks an object file.
     *
     * @param name name or path of the file, for messages
     * @param bytes the whole file
     * @param declared the programs that Java names, and whose types it may set
     * @return the problems, the worst first; empty if there are none
     */
    public static List<Finding> of(String name, byte[] bytes, List<ProgramDef> declared) {
        LoadCheck check = new LoadCheck(declared);
        check.run(name, bytes);
        return check.problems.sorted();
    }

    /**
     * Checks an object file, and compares it with records.
     *
     * @param records the schema of the records
     */
    public static List<Finding> of(String name, byte[] bytes, Schema records) {
        LoadCheck check = new LoadCheck(records.programs());
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
            problems.addAll(ProgramCheck.losses(file, records));
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
                    "it has only debug information and no programs (objcopy --only-keep-debug, or a package of debug symbols), so there is"
                            + " nothing to load",
                    "use the object from which this file was split");
            return null;
        }
        List<MalformedMap> malformed = new ArrayList<>();
        ObjectFile file = null;
        try {
            ProgramCheck.check(elf, declared, problems);
            file = ObjectFile.readable(name, elf, malformed);
            file.btf().ifPresent(types -> {
                mapsOfAya(types);
                requiredSymbols(elf, types);
            });
            MapCheck.check(file, usesManagedFields(elf), problems);
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

    /** Whether programs call helpers for fields that the kernel manages, or functions of the kernel, some of which also use such fields. */
    private static boolean usesManagedFields(Elf elf) {
        return elf.section(".ksyms").isPresent() || elf.calls(HELPERS_OF_FIELDS);
    }

    /** libbpf names only a member of a struct that the programmer has not written. */
    private void mapsOfAya(Btf btf) {
        for (BtfType variable : btf.variables(BtfMapReader.SECTION)) {
            BtfType declared = btf.resolve(variable.target());
            if (BtfMapReader.definition(btf, declared).id() != declared.id()) {
                add(
                        "map-of-aya",
                        Severity.ERROR,
                        "map " + variable.name(),
                        "its definition is inside of struct " + declared.name()
                                + ", as aya for Rust writes it: libbpf rejects it (\"unknown field\"), but aya can load it",
                        "load it with aya and use its pin or id from Java, or define the map in C");
            }
        }
    }

    /** What a kernel must have, because the object does not declare it weak. libbpf sets the variables that begin with LINUX itself. */
    private void requiredSymbols(Elf elf, Btf btf) {
        Set<String> strong = elf.symbols(Elf.NO_TYPE, section -> section.index() == 0).stream()
                .filter(symbol -> !symbol.isWeak())
                .map(Elf.Symbol::name)
                .collect(Collectors.toSet());
        required(
                btf,
                ".kconfig",
                name -> strong.contains(name) && name.startsWith("CONFIG_"),
                "in the kernel's configuration, which libbpf reads from /proc/config.gz or /boot/config-…; a container may have to mount"
                        + " it",
                "if the program can do without it, declare it as __weak: the variable is then 0");
        required(
                btf,
                ".ksyms",
                strong::contains,
                "among the symbols of the kernel and its loaded modules",
                "if the program can do without it, declare it as __weak, and test it with bpf_ksym_exists before each use");
    }

    private void required(Btf btf, String section, Predicate<String> isRequired, String place, String remedy) {
        List<String> names = btf.types(BtfKind.DATASEC)
                .filter(found -> found.name().equals(section))
                .flatMap(found -> found.variables().stream())
                .map(id -> btf.type(id).name())
                .filter(isRequired)
                .distinct()
                .map(NameTable::shown)
                .toList();
        if (!names.isEmpty()) {
            String shown = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
                    + (names.size() > MOST_NAMES ? ", … (" + names.size() + " in all)" : "");
            add(
                    "required-symbols",
                    Severity.NOTE,
                    "section " + section,
                    "libbpf rejects the object if it does not find " + shown + " " + place,
                    remedy);
        }
    }

    private void add(String id, Severity severity, String where, String what, String remedy) {
        problems.add(new Finding(id, severity, where, what, remedy));
    }
}
