/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.Btf;
import dev.nestmap.btf.BtfKind;
import dev.nestmap.btf.BtfMapReader;
import dev.nestmap.btf.BtfType;
import dev.nestmap.btf.Elf;
import dev.nestmap.btf.MapAttributes;
import dev.nestmap.btf.NameTable;
import dev.nestmap.lint.Finding.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds problems in an object's BTF and symbols that libbpf rejects although the maps are readable. */
record BtfAndSymbolCheck(Elf elf, Btf btf) {
    /** The sections with the externs that libbpf resolves: the kernel's configuration, and its functions and variables. */
    private static final Set<String> EXTERN_SECTIONS = Set.of(".kconfig", ".ksyms");

    /** The most names in a note. */
    private static final int MOST_NAMES = 8;

    /** Attributes of which a map has at least one, beside its type. */
    private static final Set<String> ATTRIBUTES =
            Set.of("max_entries", "key", "key_size", "value", "value_size", "values");

    /** @param problems receives the problems */
    void check(ProblemCollector problems) {
        Set<String> hidden =
                elf.symbols(Elf.OBJECT_SYMBOL, section -> section.name().equals(BtfMapReader.SECTION)).stream()
                        .filter(Elf.Symbol::isHidden)
                        .map(Elf.Symbol::name)
                        .collect(Collectors.toSet());
        for (BtfType variable : btf.variables(BtfMapReader.SECTION)) {
            String where = "map " + variable.name();
            if (variable.isStatic()) {
                problems.add(rejected(
                        "static-map",
                        where,
                        "it is static, which libbpf rejects (\"unsupported map linkage static\")",
                        "declare it at file scope, without `static`"));
            }
            if (hidden.contains(variable.name())) {
                problems.add(rejected(
                        "hidden-map",
                        where,
                        "it is hidden, which makes it static for libbpf (\"unsupported map linkage static\")",
                        "remove __hidden, or __attribute__((visibility(\"hidden\")))"));
            }
            BtfType declared = btf.resolve(variable.target());
            BtfType definition = BtfMapReader.definition(btf, declared);
            if (definition.id() != declared.id()) {
                problems.add(rejected(
                        "map-of-aya",
                        where,
                        "its definition is inside of struct " + declared.name()
                                + ", as aya for Rust writes it: libbpf rejects it (\"unknown field\"), aya loads it",
                        "load it with aya and use its pin or id from Java, or define the map in C"));
            }
            if (definition.kind() == BtfKind.STRUCT) {
                new DefinitionCheck(btf, where, definition, problems).check();
            }
        }
        otherSections(problems);
        outsideOfMaps(problems);
        MapAttributes.otherPinning(btf)
                .forEach((map, pinning) -> problems.add(rejected(
                        "other-pinning",
                        "map " + map,
                        "its pinning is " + pinning
                                + ", a value of another loader, and libbpf accepts only LIBBPF_PIN_BY_NAME"
                                + " (\"invalid pinning value\")",
                        "load it with that loader, or use __uint(pinning, LIBBPF_PIN_BY_NAME)")));
        externs(problems);
    }

    /**
     * Definitions of maps in the sections of variables, because {@code SEC(".maps")} was forgotten, or in a section of another name. libbpf takes
     * them for variables, or skips them.
     */
    private void outsideOfMaps(ProblemCollector problems) {
        btf.types(BtfKind.DATASEC)
                .filter(section ->
                        !section.name().startsWith(BtfMapReader.SECTION) && !EXTERN_SECTIONS.contains(section.name()))
                .forEach(section -> btf.variables(section.name()).stream()
                        .filter(variable -> isMap(btf.resolve(variable.target())))
                        .map(variable -> rejected(
                                "map-without-section",
                                "variable " + NameTable.shown(variable.name()),
                                "it is defined like a map, but in section " + NameTable.shown(section.name())
                                        + ", so libbpf makes no map of it, and the kernel rejects programs that use it as one (\"R1 type=map_value"
                                        + " expected=map_ptr\")",
                                "add SEC(\".maps\") to its definition"))
                        .forEach(problems::add));
    }

    /** Whether a type is the definition of a map: its members are {@code __uint(type, ...)} and at least one more attribute. */
    private boolean isMap(BtfType type) {
        return type.kind() == BtfKind.STRUCT
                && type.memberCount() <= MapAttributes.MOST_MEMBERS
                && type.members().stream().anyMatch(member -> member.name().equals("type") && isNumber(member))
                && type.members().stream().anyMatch(member -> ATTRIBUTES.contains(member.name()));
    }

    /** {@code __uint(name, number)}. */
    private boolean isNumber(BtfType.Member member) {
        BtfType pointer = btf.resolve(member.type());
        return pointer.kind() == BtfKind.PTR
                && pointer.target() != 0
                && btf.resolve(pointer.target()).kind() == BtfKind.ARRAY;
    }

    /** Maps in a section such as {@code .maps.x}, which libbpf skips. */
    private void otherSections(ProblemCollector problems) {
        btf.types(BtfKind.DATASEC)
                .filter(section -> section.name().startsWith(BtfMapReader.SECTION + "."))
                .flatMap(section -> section.variables().stream()
                        .map(id -> rejected(
                                "map-in-other-section",
                                "map " + btf.type(id).name(),
                                "it is in section " + NameTable.shown(section.name())
                                        + ", and libbpf reads maps only in .maps (\"bad map relo against ... in section\")",
                                "define it in SEC(\".maps\")")))
                .forEach(problems::add);
    }

    private static Finding rejected(String id, String where, String what, String remedy) {
        return new Finding(id, Severity.ERROR, where, what, remedy);
    }

    /** The symbols that another file defines, or the kernel. libbpf finds the latter by their section. */
    private void externs(ProblemCollector problems) {
        Set<String> declared = new HashSet<>();
        btf.types(BtfKind.DATASEC)
                .filter(section -> EXTERN_SECTIONS.contains(section.name()))
                .flatMap(section -> section.variables().stream())
                .forEach(id -> declared.add(btf.type(id).name()));
        elf.symbols(Elf.NO_TYPE, section -> section.index() == 0).stream()
                .map(Elf.Symbol::name)
                .filter(name -> !name.isEmpty() && !declared.contains(name))
                .distinct()
                .map(name -> rejected(
                        "undefined-symbol",
                        "symbol " + NameTable.shown(name),
                        "it is extern, and neither in .ksyms nor in .kconfig, so libbpf does not find it",
                        "define it in this object, or link the object that defines it (`bpftool gen object`); if the kernel defines it,"
                                + " add __ksym or __kconfig to its declaration"))
                .forEach(problems::add);
        required(problems);
    }

    /** What a kernel must have, because the object does not declare it weak. libbpf sets the variables that begin with LINUX itself. */
    private void required(ProblemCollector problems) {
        Set<String> strong = elf.symbols(Elf.NO_TYPE, section -> section.index() == 0).stream()
                .filter(symbol -> !symbol.isWeak())
                .map(Elf.Symbol::name)
                .collect(Collectors.toSet());
        required(
                problems,
                strong,
                ".kconfig",
                name -> name.startsWith("CONFIG_"),
                "in the kernel's configuration, which libbpf reads from /proc/config.gz or /boot/config-…; a container may have to mount"
                        + " it",
                "declare what the program can do without as __weak: the variable is 0 then");
        required(
                problems,
                strong,
                ".ksyms",
                name -> true,
                "among the symbols of the kernel and its loaded modules",
                "declare what the program can do without as __weak, and test it with bpf_ksym_exists before each use");
    }

    private void required(
            ProblemCollector problems,
            Set<String> strong,
            String section,
            Predicate<String> named,
            String place,
            String remedy) {
        List<String> names = btf.types(BtfKind.DATASEC)
                .filter(found -> found.name().equals(section))
                .flatMap(found -> found.variables().stream())
                .map(id -> btf.type(id).name())
                .filter(name -> strong.contains(name) && named.test(name))
                .distinct()
                .map(NameTable::shown)
                .toList();
        if (!names.isEmpty()) {
            String shown = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
                    + (names.size() > MOST_NAMES ? ", … (" + names.size() + " in all)" : "");
            problems.add(new Finding(
                    "required-symbols",
                    Severity.NOTE,
                    "section " + section,
                    "libbpf rejects the object if it does not find " + shown + " " + place,
                    remedy));
        }
    }
}
