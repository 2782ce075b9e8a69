/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.btf.LoadCheck.Part;
import dev.nestmap.btf.LoadCheck.Problem;
import dev.nestmap.btf.LoadCheck.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds problems in an object's BTF and symbols that libbpf rejects although the maps are readable. */
record BtfAndSymbolCheck(Elf elf, Btf btf) {
    /** The sections with the externs that libbpf resolves: the kernel's configuration, and its functions and variables. */
    private static final Set<String> EXTERN_SECTIONS = Set.of(".kconfig", ".ksyms");

    private static final int NO_TYPE = 0;

    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        for (BtfType variable : btf.variables(BtfMapReader.SECTION)) {
            String where = "map " + variable.name();
            if (variable.isStatic()) {
                problems.add(rejected(
                        where,
                        "it is static, which libbpf rejects (\"unsupported map linkage static\")",
                        "declare it at file scope, without `static`"));
            }
            BtfType declared = btf.resolve(variable.target());
            BtfType definition = BtfMapReader.definition(btf, declared);
            if (definition.id() != declared.id()) {
                problems.add(rejected(
                        where,
                        "its definition is inside of struct " + declared.name()
                                + ", as aya for Rust writes it: libbpf rejects it (\"unknown field\"), aya loads it",
                        "load it with aya and use its pin or id from Java, or define the map in C"));
            }
            if (definition.kind() == BtfKind.STRUCT) {
                sizedValues(where, definition, problems);
                attributes(where, definition, problems);
            }
        }
        MapAttributes.otherPinning(btf)
                .forEach((map, pinning) -> problems.add(rejected(
                        "map " + map,
                        "its pinning is " + pinning
                                + ", a value of another loader, and libbpf accepts only LIBBPF_PIN_BY_NAME"
                                + " (\"invalid pinning value\")",
                        "load it with that loader, or use __uint(pinning, LIBBPF_PIN_BY_NAME)")));
        problems.addAll(externs());
        return problems;
    }

    /** What libbpf requires of the members of a definition ({@code parse_btf_map_def} in libbpf.c, version 1.7). */
    private void attributes(String where, BtfType definition, List<Problem> problems) {
        MapAttributes map;
        try {
            map = MapAttributes.read(btf, where, definition);
        } catch (MalformedObjectException e) {
            return; // reported when the maps are read
        }
        boolean holdsDescriptors = map.kind().isMapOfMaps() || map.valuesAt() >= 0;
        long valueSize = map.value().type() == 0
                ? map.value().size()
                : btf.sizeOf(map.value().type());
        if (holdsDescriptors && valueSize != 0 && valueSize != Integer.BYTES) {
            problems.add(rejected(
                    where,
                    "its values are " + valueSize + " bytes long, and libbpf accepts only descriptors of 4 bytes beside"
                            + " `values` (\"conflicting value size\")",
                    "leave out __type(value, ...), or use __u32"));
        }
        if (map.values() != 0 && isPinned(map.values())) {
            problems.add(rejected(
                    where,
                    "the definition of its inner maps states pinning, which libbpf rejects (\"inner def can't be pinned\")",
                    "remove pinning from the inner definition; pin the maps by their own definitions"));
        }
    }

    private boolean isPinned(int inner) {
        BtfType definition = btf.resolve(inner);
        return definition.kind() == BtfKind.STRUCT
                && definition.members().stream()
                        .anyMatch(member -> member.name().equals("pinning"));
    }

    private static Problem rejected(String where, String what, String remedy) {
        return new Problem(Severity.REJECTED, Part.DEFINITION, where, what, remedy);
    }

    private void sizedValues(String where, BtfType definition, List<Problem> problems) {
        definition.members().stream()
                .filter(member -> member.name().equals("values"))
                .map(member -> btf.resolve(member.type()))
                .filter(values -> values.kind() == BtfKind.ARRAY && values.elementCount() != 0)
                .forEach(values -> problems.add(rejected(
                        where,
                        "values has " + values.elementCount()
                                + " elements, and libbpf accepts only an array without a length",
                        "use __array(values, ...); max_entries is the number of slots")));
    }

    /** The symbols that another file defines, or the kernel. libbpf finds the latter by their section. */
    private List<Problem> externs() {
        Set<String> declared = new HashSet<>();
        btf.types(BtfKind.DATASEC)
                .filter(section -> EXTERN_SECTIONS.contains(section.name()))
                .flatMap(section -> section.variables().stream())
                .forEach(id -> declared.add(btf.type(id).name()));
        return elf.symbols(NO_TYPE, section -> section.index() == 0).stream()
                .map(Elf.Symbol::name)
                .filter(name -> !name.isEmpty() && !declared.contains(name))
                .distinct()
                .map(name -> rejected(
                        "symbol " + name,
                        "it is extern, and neither in .ksyms nor in .kconfig, so libbpf does not find it",
                        "define it in this object, or link the object that defines it (`bpftool gen object`); if the kernel defines it,"
                                + " add __ksym or __kconfig to its declaration"))
                .toList();
    }
}
