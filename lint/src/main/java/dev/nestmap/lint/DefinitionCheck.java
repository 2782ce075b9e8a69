/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.Btf;
import dev.nestmap.btf.BtfKind;
import dev.nestmap.btf.BtfType;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.MapAttributes;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.program.NearestNameFinder;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds what libbpf requires of the members of a map's definition ({@code parse_btf_map_def} in libbpf.c, version 1.7). */
final class DefinitionCheck {
    private static final String VALUES = "values";
    private static final String PINNING = "pinning";
    private static final String EXTRA = "map_extra";

    private static final Set<String> KNOWN = new TreeSet<>(Set.of(
            "type",
            "max_entries",
            "map_flags",
            EXTRA,
            "numa_node",
            "key_size",
            "key",
            "value_size",
            "value",
            VALUES,
            PINNING));

    private final Btf btf;
    private final String where;
    private final BtfType definition;
    private final ProblemCollector problems;

    /** @param problems receives the problems */
    DefinitionCheck(Btf btf, String where, BtfType definition, ProblemCollector problems) {
        this.problems = problems;
        this.btf = btf;
        this.where = where;
        this.definition = definition;
    }

    void check() {
        MapAttributes map;
        try {
            map = MapAttributes.read(btf, where, definition);
        } catch (MalformedObjectException e) {
            return; // reported when the maps are read
        }
        members(definition, "");
        values();
        attributes(map);
        if (map.values() != 0) {
            inner(btf.resolve(map.values()));
        }
    }

    private void members(BtfType struct, String subject) {
        for (BtfType.Member member : struct.members()) {
            if (!KNOWN.contains(member.name())) {
                rejected(
                        "unknown-attribute",
                        subject + "libbpf 1.7 and older know no attribute " + member.name() + " (\"unknown field\")",
                        NearestNameFinder.in(KNOWN, member.name())
                                .map(nearest -> "write " + nearest + " instead of " + member.name())
                                .orElse("remove it, or load the object with the loader that knows it"));
            } else if (isEnum(member) && member.name().equals(EXTRA)) {
                problems.add(new Finding(
                        "extra-as-ulong",
                        Severity.NOTE,
                        where,
                        subject + "map_extra is written with __ulong, which libbpf before 1.4 rejects (\"not PTR\")",
                        "write __uint(map_extra, ...) unless the number needs more than 32 bits"));
            } else if (isEnum(member)) {
                rejected(
                        "attribute-as-ulong",
                        subject + member.name()
                                + " is written with __ulong, which libbpf accepts only for map_extra (\"expected PTR\")",
                        "write __uint(" + member.name() + ", ...)");
            }
        }
    }

    /** Whether it is a number that is written with {@code __ulong}. */
    private boolean isEnum(BtfType.Member member) {
        BtfKind kind = btf.resolve(member.type()).kind();
        return kind == BtfKind.ENUM || kind == BtfKind.ENUM64;
    }

    private void values() {
        List<BtfType.Member> members = definition.members();
        for (int i = 0; i < members.size(); i++) {
            if (!members.get(i).name().equals(VALUES)) {
                continue;
            }
            if (i < members.size() - 1) {
                rejected(
                        "values-not-last",
                        "its `values` are before " + members.get(i + 1).name()
                                + ", and libbpf accepts them only at the end (\"member should be last\")",
                        "move __array(values, ...) to the end of the definition");
            }
            BtfType values = btf.resolve(members.get(i).type());
            if (values.kind() == BtfKind.ARRAY && values.elementCount() != 0) {
                rejected(
                        "values-with-length",
                        "values has " + values.elementCount()
                                + " elements, and libbpf accepts only an array without a length",
                        "use __array(values, ...); max_entries is the number of slots");
            }
        }
    }

    private void attributes(MapAttributes map) {
        boolean holdsDescriptors = map.kind().isMapOfMaps() || map.valuesAt() >= 0;
        long valueSize = map.value().type() == 0
                ? map.value().size()
                : btf.sizeOf(map.value().type());
        if (holdsDescriptors && valueSize != 0 && valueSize != Integer.BYTES) {
            rejected(
                    "values-size",
                    "its values are " + valueSize + " bytes long, and libbpf accepts only descriptors of 4 bytes beside"
                            + " `values` (\"conflicting value size\")",
                    "leave out __type(value, ...), or use __u32");
        }
    }

    private void inner(BtfType inner) {
        if (inner.kind() != BtfKind.STRUCT || inner.memberCount() > MapAttributes.MOST_MEMBERS) {
            return; // reported when the maps are read
        }
        if (inner.members().stream().anyMatch(member -> member.name().equals(PINNING))) {
            rejected(
                    "pinned-inner-definition",
                    "the definition of its inner maps states pinning, which libbpf rejects (\"inner def can't be pinned\")",
                    "remove pinning from the inner definition; pin the maps by their own definitions");
        }
        members(inner, "in the definition of its inner maps, ");
    }

    private void rejected(String id, String what, String remedy) {
        problems.add(new Finding(id, Severity.ERROR, where, what, remedy));
    }
}
