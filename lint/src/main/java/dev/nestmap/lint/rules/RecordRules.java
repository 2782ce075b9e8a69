/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.lint.rules.RuleViolation.Part;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PerfRecordSize;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds mistakes in maps that records declare: maps that the kernel would reject ({@link KernelRules}), and maps that it would read
 * differently from the record.
 */
public final class RecordRules extends MapRules {
    /** {@code BPF_RINGBUF_HDR_SZ}: size of the header before each record. Each record begins at a multiple of it. */
    private static final long RING_HEAD = 8;

    private final boolean isForeign;

    /** @param isForeign whether others wrote the C code */
    private RecordRules(MapDef map, boolean isForeign) {
        super(map);
        this.isForeign = isForeign;
    }

    /** The rules that the maps of records break, map by map in order of declaration. */
    public static List<RuleViolation> check(Schema schema) {
        List<RuleViolation> findings = new ArrayList<>();
        for (MapDef map : schema.maps()) {
            List<RuleViolation> ofRecord = new RecordRules(map, schema.isForeign()).check();
            List<Part> explained = ofRecord.stream().map(RuleViolation::part).toList();
            // A mistake in a record also explains why the kernel would refuse the same part of the map.
            KernelRules.check(map).stream()
                    .filter(finding -> !explained.contains(finding.part()))
                    .forEach(findings::add);
            findings.addAll(ofRecord);
        }
        return List.copyOf(findings);
    }

    private List<RuleViolation> check() {
        index();
        prefix();
        arenaAddress(0, "the whole arena is below 4 GiB (libbpf before 1.4 reads only 32 bits)", "up to ");
        event();
        if (!isForeign) {
            ManagedFieldRules.bitFields(map).ifPresent(findings::add);
        }
        return findings;
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

    private void index() {
        CType key = map.key();
        if (kind.keyRule().isNumber() && key != null && !isIndex(key)) {
            find(Rule.ARRAY_KEY_NOT_AN_INDEX, Part.KEY, key.spelling(), kind.cName());
        }
    }

    /** Whether the kernel reads a key of this type as the intended index: 4 bytes in the machine's byte order. */
    private static boolean isIndex(CType key) {
        boolean number = key == Scalar.U32 || key == Scalar.S32 || key instanceof EnumType || key instanceof OpaqueType;
        return number && key.size() == Integer.BYTES;
    }

    /** The key of a trie. If others wrote the C code, they decide where its length is declared and whether there is padding. */
    private void prefix() {
        CType key = map.key();
        if (kind.keyRule() != MapKind.KeyRule.PREFIX || key == null || key instanceof OpaqueType) {
            return;
        }
        boolean isPossible = isForeign || key instanceof StructType;
        if (!isPossible || !containsLength(key)) {
            find(Rule.TRIE_KEY_WITHOUT_LENGTH, Part.KEY, key.spelling());
        } else if (!isForeign) {
            new KeyPaddingFinder()
                    .betweenFields(key).stream()
                            .mapToLong(Field::offset)
                            .min()
                            .ifPresent(pad -> find(Rule.TRIE_KEY_WITH_PADDING, Part.KEY, pad, key.spelling()));
        }
    }

    /** Whether the first 4 bytes are a number of any struct or union inside of the key. In C code of others they may be bytes or an {@code int}. */
    private boolean containsLength(CType type) {
        if (type instanceof StructType struct) {
            return struct.fields().stream().limit(1).anyMatch(this::isLength);
        }
        if (type instanceof UnionType union) {
            return union.fields().stream().anyMatch(this::isLength);
        }
        boolean areBytes = type instanceof ArrayType array && array.element().size() == Byte.BYTES;
        return type == Scalar.U32 || (isForeign && (areBytes || type == Scalar.S32));
    }

    private boolean isLength(Field first) {
        return first.offset() == 0 && !first.isBitField() && containsLength(first.type());
    }

    /** Checks that each record fits into the ring buffer, which the kernel does not check, and that the kernel truncates no perf event. */
    private void event() {
        long size = map.value() == null ? 0 : map.value().size();
        if (isSizedRing() && hasRingSize()) {
            long record = (size + RING_HEAD + RING_HEAD - 1) / RING_HEAD * RING_HEAD;
            // Programs never fill the last byte, so that a full ring differs from an empty one.
            long room = kind == MapKind.RINGBUF ? map.maxEntries() - RING_HEAD : map.maxEntries();
            if (record > room) {
                find(Rule.RECORD_LARGER_THAN_RING_BUFFER, Part.VALUE, record, room);
            }
        } else if (map.isPerfStream() && size > PerfRecordSize.LONGEST_EVENT) {
            find(Rule.EVENT_TOO_LONG, Part.VALUE, size, PerfRecordSize.LONGEST_EVENT);
        }
    }
}
