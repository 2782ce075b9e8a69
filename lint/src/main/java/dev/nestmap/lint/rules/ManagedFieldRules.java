/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.lint.rules.RuleViolation.Part;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks maps whose values have fields that the kernel manages, like {@code map_check_btf} in kernel/bpf/syscall.c and {@code
 * btf_parse_fields} in kernel/bpf/btf.c. Tested on Linux 6.18.
 */
final class ManagedFieldRules {
    /** The rules that {@link #check} finds. */
    static final Set<Rule> RULES =
            EnumSet.of(Rule.MANAGED_FIELD_NOT_SUPPORTED, Rule.MANAGED_AND_FLAG, Rule.MANAGED_UNALIGNED);

    private ManagedFieldRules() {}

    static List<RuleViolation> check(MapDef map) {
        List<ManagedField> fields = ManagedField.of(map.value());
        List<RuleViolation> findings = new ArrayList<>();
        fields.stream()
                .map(ManagedField::type)
                .filter(ManagedFieldType.class::isInstance)
                .map(ManagedFieldType.class::cast)
                .distinct()
                .filter(type -> !map.kind().allowsField(type))
                .forEach(type -> findings.add(notSupported(map, type)));
        fields.stream()
                .filter(field -> field.offset() % field.type().alignment() != 0)
                .findFirst()
                .map(field -> RuleViolation.of(
                        Rule.MANAGED_UNALIGNED,
                        map,
                        Part.VALUE,
                        field.type().spelling(),
                        field.offset(),
                        field.type().alignment()))
                .ifPresent(findings::add);
        if (!fields.isEmpty()) {
            String first = fields.get(0).type().spelling();
            long refused = map.flags() & (MapFlags.PROG_ACCESS | MapFlags.MMAPABLE);
            if (refused != 0) {
                findings.add(
                        RuleViolation.of(Rule.MANAGED_AND_FLAG, map, Part.FLAGS, MapFlags.expression(refused), first));
            }
        }
        return findings;
    }

    private static RuleViolation notSupported(MapDef map, ManagedFieldType type) {
        String kinds = MapKind.where(kind -> kind.isSupported() && kind.allowsField(type)).stream()
                .map(MapKind::name)
                .collect(Collectors.joining(" or "));
        return RuleViolation.of(Rule.MANAGED_FIELD_NOT_SUPPORTED, map, Part.KIND, type.spelling(), kinds);
    }

    /** The rule about bit-fields in values that a generated header declares with their padding. */
    static Optional<RuleViolation> bitFields(MapDef map) {
        return ManagedField.of(map.value()).stream()
                .findFirst()
                .flatMap(managed -> bitFieldInByte(Objects.requireNonNull(map.value()))
                        .map(field -> RuleViolation.of(
                                Rule.MANAGED_AND_BIT_FIELD,
                                map,
                                Part.VALUE,
                                managed.type().spelling(),
                                field.name())));
    }

    /**
     * The first bit-field that begins or ends inside a byte. The next member or padding then begins there, which {@code
     * btf_find_struct_field} refuses. It looks into structs and arrays of them, but not into unions.
     */
    private static Optional<Field> bitFieldInByte(CType type) {
        if (type instanceof ArrayType array) {
            return bitFieldInByte(array.element());
        }
        if (!(type instanceof StructType struct)) {
            return Optional.empty();
        }
        return struct.fields().stream()
                .flatMap(field -> field.isBitField()
                        ? Stream.of(field).filter(bits -> bits.bit() != 0 || bits.endBit() % Byte.SIZE != 0)
                        : bitFieldInByte(field.type()).stream())
                .findFirst();
    }
}
