/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PerfRecordSize;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.rules.ViolationLocation.Part;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds mistakes in maps that records declare: maps that the kernel would reject ({@link KernelRules}), and maps that it would read
 * differently from the record.
 */
public final class RecordRules {
    private RecordRules() {}

    /** The rules that the maps of records break, map by map in order of declaration. */
    public static List<RuleViolation> check(Schema schema) {
        List<RuleViolation> findings = new ArrayList<>();
        for (MapDef map : schema.maps()) {
            List<RuleViolation> ofRecord = ofRecord(map, schema.isForeign());
            List<ViolationLocation> explained =
                    ofRecord.stream().map(RuleViolation::location).toList();
            // A mistake in a record also explains why the kernel would refuse the same part of the map.
            KernelRules.check(map).stream()
                    .filter(finding -> !explained.contains(finding.location()))
                    .forEach(findings::add);
            findings.addAll(ofRecord);
        }
        return List.copyOf(findings);
    }

    /** @param isForeign whether others wrote the C code */
    private static List<RuleViolation> ofRecord(MapDef map, boolean isForeign) {
        return Stream.of(
                        index(map),
                        prefix(map, isForeign),
                        SlotRules.keys(map),
                        ArenaAddressRule.addressForLibbpf(map),
                        RingBufferRules.record(map),
                        event(map))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * The first field of a struct for which the kernel would reject the BTF of the whole object ({@link Rule#ENUM_BESIDE_BIT_FIELDS}).
     * In a struct with bit-fields, the kernel takes every enum that is none as 4 bytes wide ({@code btf_enum_check_kflag_member} in
     * kernel/bpf/btf.c, Linux 6.18).
     */
    public static Optional<Field> enumBesideBitFields(StructType struct) {
        return struct.fieldsAndPads().stream().noneMatch(Field::isBitField)
                ? Optional.empty()
                : struct.fields().stream()
                        .filter(field -> field.type() instanceof EnumType && !field.isBitField())
                        .filter(field -> field.offset() + Integer.BYTES > struct.size())
                        .findFirst();
    }

    /**
     * The rules that a struct breaks because of the fields that the kernel manages in the objects that programs allocate. The kernel rejects
     * the BTF of the whole object ({@code btf_parse_struct_metas} in kernel/bpf/btf.c, Linux 6.18).
     */
    public static List<RuleViolation> checkElement(StructType struct) {
        return ManagedFieldRules.struct(
                "objects of " + struct.spelling(),
                new ViolationLocation(struct.name(), ViolationLocation.Part.VALUE),
                ManagedField.of(struct));
    }

    private static Optional<RuleViolation> index(MapDef map) {
        CType key = map.key();
        if (!map.kind().keyRule().isNumber() || key == null || isIndex(key)) {
            return Optional.empty();
        }
        return KernelRules.finding(
                Rule.ARRAY_KEY_NOT_AN_INDEX,
                map,
                Part.KEY,
                key.spelling(),
                map.kind().cName());
    }

    /** Whether the kernel reads a key of this type as the intended index: 4 bytes in the machine's byte order. */
    private static boolean isIndex(CType key) {
        boolean number = key == Scalar.U32 || key == Scalar.S32 || key instanceof EnumType || key instanceof OpaqueType;
        return number && key.size() == Integer.BYTES;
    }

    /** The key of a trie. If others wrote the C code, they decide where its length is declared and whether there is padding. */
    private static Optional<RuleViolation> prefix(MapDef map, boolean isForeign) {
        CType key = map.key();
        if (map.kind().keyRule() != MapKind.KeyRule.PREFIX || key == null || key instanceof OpaqueType) {
            return Optional.empty();
        }
        boolean isPossible = isForeign || key instanceof StructType;
        if (!isPossible || !containsLength(key, isForeign)) {
            return KernelRules.finding(Rule.TRIE_KEY_WITHOUT_LENGTH, map, Part.KEY, key.spelling());
        }
        return isForeign || !(key instanceof StructType struct) ? Optional.empty() : gap(map, struct);
    }

    /**
     * Whether the first 4 bytes are a number of any struct or union inside of the key.
     *
     * @param isForeign whether they may also be bytes or an {@code int}
     */
    private static boolean containsLength(CType type, boolean isForeign) {
        if (type instanceof StructType struct) {
            return struct.fields().stream().limit(1).anyMatch(first -> isLength(first, isForeign));
        }
        if (type instanceof UnionType union) {
            return union.fields().stream().anyMatch(member -> isLength(member, isForeign));
        }
        boolean areBytes = type instanceof ArrayType array && array.element().size() == Byte.BYTES;
        return type == Scalar.U32 || (isForeign && (areBytes || type == Scalar.S32));
    }

    private static boolean isLength(Field first, boolean isForeign) {
        return first.offset() == 0 && !first.isBitField() && containsLength(first.type(), isForeign);
    }

    /** Padding at the end is allowed: no prefix is that long. */
    private static Optional<RuleViolation> gap(MapDef map, StructType key) {
        Field last = key.fields().get(key.fields().size() - 1);
        return key.pads().stream()
                .filter(pad -> pad.offset() < last.offset())
                .findFirst()
                .flatMap(pad ->
                        KernelRules.finding(Rule.TRIE_KEY_WITH_PADDING, map, Part.KEY, pad.offset(), key.spelling()));
    }

    /** The kernel truncates a longer event. */
    private static Optional<RuleViolation> event(MapDef map) {
        if (!map.isPerfStream() || map.value() == null || map.value().size() <= PerfRecordSize.LONGEST_EVENT) {
            return Optional.empty();
        }
        return KernelRules.finding(
                Rule.EVENT_TOO_LONG, map, Part.VALUE, map.value().size(), PerfRecordSize.LONGEST_EVENT);
    }
}
