/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule accepts its limit, and rejects the next number. {@code KernelSizesTest} has the sizes of keys and values. */
class RuleLimitsTest {
    private static final long PAGE = MapKind.PAGE_SIZE;

    @ParameterizedTest
    @CsvSource({
        "4096, 0, 0",
        "1, 0, 4096",
        "2048, 0, 4096",
        "4095, 0, 4096",
        "4097, 0, 8192",
        "12288, 0, 16384",
        "1073741825, 0, 2147483648",
        "2147483649, 0, 2147483648",
        "4294967295, 0, 2147483648",
    })
    void aRingBufferHasAPowerOfTwoOfPages(long size, long value, long proposed) {
        List<RuleViolation> findings = check(map(MapKind.RINGBUF, size, 0, 0, null, null));

        if (proposed == 0) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).extracting(RuleViolation::rule).containsExactly(Rule.RING_BUFFER_SIZE_INVALID);
            assertThat(findings.get(0).args()).containsExactly("m", size, proposed);
        }
    }

    /** A record has a header of 8 bytes, takes a multiple of 8 bytes, and can't fill a ring of programs. */
    @ParameterizedTest
    @CsvSource({
        "RINGBUF, 4080, true",
        "RINGBUF, 4081, false",
        "USER_RINGBUF, 4088, true",
        "USER_RINGBUF, 4089, false",
    })
    void aRecordFitsItsRingBuffer(MapKind kind, long value, boolean fits) {
        List<RuleViolation> findings = check(map(kind, PAGE, 0, 0, null, bytes(value)));

        assertThat(findings)
                .extracting(RuleViolation::rule)
                .isEqualTo(fits ? List.of() : List.of(Rule.RECORD_LARGER_THAN_RING_BUFFER));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0xfffff000, true",
        "1, 0x100000000, false",
        "2, 0xffffe000, true",
        "2, 0xfffff000, false",
        "0, 0xfffff000, true",
        "1, 0x1000, true",
        "1, 0x1001, false",
    })
    void anArenaEndsAtABoundaryOf4GiB(long pages, String address, boolean valid) {
        List<RuleViolation> findings =
                check(map(MapKind.ARENA, pages, MapFlags.MMAPABLE, Long.decode(address), null, null));

        assertThat(findings)
                .extracting(RuleViolation::rule)
                .isEqualTo(valid ? List.of() : List.of(Rule.ARENA_ADDRESS_INVALID));
    }

    @Test
    void anotherRuleReportsAStructWithoutFields() {
        assertThat(rules(map(MapKind.HASH, 4, 0, 0, new StructType("none", 0, 1, List.of()), Scalar.U64)))
                .isEmpty();
    }

    @Test
    void flagsOfManagedFields() {
        StructType value = struct("v", "? timer;", ManagedFieldType.TIMER);

        assertThat(rules(map(MapKind.ARRAY, 4, 0, 0, Scalar.U32, value))).isEmpty();
        assertThat(rules(map(MapKind.ARRAY, 4, MapFlags.RDONLY_PROG, 0, Scalar.U32, value)))
                .containsExactly(Rule.MANAGED_AND_FLAG);
        assertThat(rules(map(MapKind.ARRAY, 4, MapFlags.MMAPABLE, 0, Scalar.U32, value)))
                .containsExactly(Rule.MANAGED_AND_FLAG);
    }

    private static List<Rule> rules(MapDef map) {
        return check(map).stream().map(RuleViolation::rule).toList();
    }

    private static List<RuleViolation> check(MapDef map) {
        return RecordRules.check(schema(List.of(), map));
    }

    private static MapDef map(
            MapKind kind, long maxEntries, long flags, long extra, @Nullable CType key, @Nullable CType value) {
        return new MapDef("m", MapRole.PLAIN, kind, maxEntries, flags, key, value, null).withExtra(extra);
    }

    private static CType bytes(long count) {
        return new ArrayType(Scalar.U8, count);
    }
}
