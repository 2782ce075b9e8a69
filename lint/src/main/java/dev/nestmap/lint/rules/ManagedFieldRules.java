/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.lint.rules.RuleViolation.Part;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ListOrTreeRoot;
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
import org.jspecify.annotations.Nullable;

/**
 * Checks maps whose values have fields that the kernel manages, like {@code map_check_btf} in kernel/bpf/syscall.c and {@code
 * btf_parse_fields} in kernel/bpf/btf.c. Tested on Linux 6.18.
 */
final class ManagedFieldRules {
    /** The rules that {@link #check} finds. */
    static final Set<Rule> RULES = EnumSet.of(
            Rule.MANAGED_FIELD_NOT_SUPPORTED,
            Rule.MANAGED_AND_FLAG,
            Rule.MANAGED_AND_MMAPABLE,
            Rule.ROOT_WITHOUT_LOCK,
            Rule.MANAGED_UNALIGNED,
            Rule.NODES_WITHOUT_REFCOUNT,
            Rule.TOO_MANY_MANAGED);

    /** {@code BTF_FIELDS_MAX} in {@code linux/bpf.h}. */
    private static final int MAX_FIELDS = 11;

    private ManagedFieldRules() {}

    static List<RuleViolation> check(MapDef map) {
        List<ManagedField> fields = ManagedField.of(map.value());
        List<RuleViolation> findings = new ArrayList<>();
        fields.stream()
                .map(ManagedField::type)
                .distinct()
                .filter(type -> !map.kind().allowsField(type))
                .forEach(type -> findings.add(notSupported(map, type)));
        findings.addAll(struct(valuesOf(map), map.name(), map.value()));
        if (!fields.isEmpty()) {
            String first = fields.get(0).type().spelling();
            long access = map.flags() & MapFlags.PROG_ACCESS;
            if (access != 0) {
                findings.add(
                        RuleViolation.of(Rule.MANAGED_AND_FLAG, map, Part.FLAGS, MapFlags.expression(access), first));
            }
            if ((map.flags() & MapFlags.MMAPABLE) != 0) {
                findings.add(RuleViolation.of(Rule.MANAGED_AND_MMAPABLE, map, Part.FLAGS, first));
            }
        }
        return findings;
    }

    /** What has the value struct of a map, for messages. */
    static String valuesOf(MapDef map) {
        return "the values of map " + map.name();
    }

    private static RuleViolation notSupported(MapDef map, CType type) {
        String kinds = MapKind.where(kind -> kind.isSupported() && kind.allowsField(type)).stream()
                .map(MapKind::name)
                .collect(Collectors.joining(" or "));
        return RuleViolation.of(Rule.MANAGED_FIELD_NOT_SUPPORTED, map, Part.KIND, type.spelling(), kinds);
    }

    /**
     * The rules about the fields of one struct, for values of maps and for objects that programs allocate.
     *
     * @param subject what has the struct, for messages
     * @param name the name of the map or struct
     * @param type the struct, or another type without such fields
     */
    static List<RuleViolation> struct(String subject, String name, @Nullable CType type) {
        List<ManagedField> fields = ManagedField.of(type);
        List<RuleViolation> findings = new ArrayList<>();
        fields.stream()
                .map(ManagedField::type)
                .filter(ListOrTreeRoot.class::isInstance)
                .filter(root -> !ManagedField.hasLock(fields) && !hasResilientLock(type))
                .findFirst()
                .map(root ->
                        new RuleViolation(Rule.ROOT_WITHOUT_LOCK, name, Part.VALUE, List.of(subject, root.spelling())))
                .ifPresent(findings::add);
        fields.stream()
                .filter(field -> field.offset() % field.type().alignment() != 0)
                .findFirst()
                .map(field -> new RuleViolation(
                        Rule.MANAGED_UNALIGNED,
                        name,
                        Part.VALUE,
                        List.of(
                                subject,
                                field.type().spelling(),
                                field.offset(),
                                field.type().alignment())))
                .ifPresent(findings::add);
        Set<CType> types = fields.stream().map(ManagedField::type).collect(Collectors.toSet());
        if (types.contains(ManagedFieldType.LIST_NODE)
                && types.contains(ManagedFieldType.RB_NODE)
                && !types.contains(ManagedFieldType.REFCOUNT)) {
            findings.add(new RuleViolation(Rule.NODES_WITHOUT_REFCOUNT, name, Part.VALUE, List.of(subject)));
        }
        if (fields.size() > MAX_FIELDS) {
            findings.add(new RuleViolation(
                    Rule.TOO_MANY_MANAGED, name, Part.VALUE, List.of(subject, fields.size(), MAX_FIELDS)));
        }
        return findings;
    }

    /**
     * The rule about bit-fields of a struct that a generated header declares with its padding.
     *
     * @param subject what has the struct, for messages
     * @param name the name of the map or struct
     * @param type the struct, or another type without such fields
     */
    static Optional<RuleViolation> bitFields(String subject, String name, @Nullable CType type) {
        return ManagedField.of(type).stream()
                .findFirst()
                .flatMap(managed -> bitFieldInByte(Objects.requireNonNull(type))
                        .map(field -> new RuleViolation(
                                Rule.MANAGED_AND_BIT_FIELD,
                                name,
                                Part.VALUE,
                                List.of(subject, managed.type().spelling(), field.name()))));
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

    /** Since Linux 6.15 ({@code btf_parse_fields}), this lock protects lists and trees as well as a {@code bpf_spin_lock}. */
    private static boolean hasResilientLock(@Nullable CType type) {
        return type instanceof StructType struct
                && struct.fields().stream()
                        .anyMatch(field -> field.type().spelling().equals("struct bpf_res_spin_lock"));
    }
}
