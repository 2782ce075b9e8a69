/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Replaces unnamed members of structs and unions with their fields. C code accesses these fields as if the containing type declared them. A
 * record may also list them that way, independently of the groups in a header ({@code __struct_group} in {@code linux/stddef.h} declares
 * the same fields twice, once under a name).
 */
final class UnnamedMemberFlattener {
    private final Set<String> names;
    private final boolean opensUnions;

    /** What a declared and an actual field have in common. */
    private record Place(long offset, String name, long size) {}

    private UnnamedMemberFlattener(List<Field> declared, boolean opensUnions) {
        this.names = declared.stream().map(Field::name).collect(Collectors.toSet());
        this.opensUnions = opensUnions;
    }

    /**
     * The actual fields, in which an unnamed member is replaced with its fields if the record declares all of them.
     *
     * @param byName whether a declared field needs the name of a member to stand for the whole member; otherwise the size is enough
     * @param opensUnions whether an unnamed union is replaced with the fields of its first member whose fields the record declares
     */
    static List<Field> expand(List<Field> declared, List<Field> actual, boolean byName, boolean opensUnions) {
        UnnamedMemberFlattener members = new UnnamedMemberFlattener(declared, opensUnions);
        List<Field> fields = new ArrayList<>();
        Set<Place> names = declared.stream()
                .map(field -> new Place(field.offset(), field.name(), 0))
                .collect(Collectors.toSet());
        Set<Place> sizes = declared.stream()
                .map(field -> new Place(field.offset(), "", field.type().size()))
                .collect(Collectors.toSet());
        for (Field field : actual) {
            boolean asDeclared = names.contains(new Place(field.offset(), field.name(), 0))
                    || (!byName
                            && sizes.contains(
                                    new Place(field.offset(), "", field.type().size())));
            Optional<List<Field>> inside = asDeclared ? Optional.empty() : members.inside(field);
            fields.addAll(inside.orElse(List.of(field)));
        }
        return fields;
    }

    /** The declared fields that a field contributes; empty if it contains one that is not declared. */
    private Optional<List<Field>> inside(Field field) {
        if (!field.name().isEmpty()) {
            return names.contains(field.name()) ? Optional.of(List.of(field)) : Optional.empty();
        }
        if (field.type() instanceof UnionType union && opensUnions) {
            return union.fields().stream()
                    .flatMap(member -> inside(at(field.offset(), member)).stream())
                    .findFirst();
        }
        if (!(field.type() instanceof StructType struct)) {
            return Optional.empty();
        }
        List<Field> all = new ArrayList<>();
        for (Field member : struct.fields()) {
            Optional<List<Field>> inside = inside(at(field.offset(), member));
            if (inside.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(inside.get());
        }
        return Optional.of(all);
    }

    private static Field at(long offset, Field member) {
        return new Field(member.name(), member.type(), offset + member.offset(), member.bit(), member.bits());
    }
}
