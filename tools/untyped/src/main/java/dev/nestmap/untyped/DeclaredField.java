/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.UnionType;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The field that a value belongs to. Finds what records declare about it: unit of time, member of a union.
 *
 * @param meanings all that the records say
 * @param owner the struct, union or map with the field
 * @param field its name; {@code key} or {@code value} for a map
 */
record DeclaredField(List<FieldMeaning> meanings, String owner, String field) {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final BigInteger MOST_SECONDS = BigInteger.valueOf(Instant.MAX.getEpochSecond());

    /** A value that no record describes. */
    static final DeclaredField NONE = new DeclaredField(List.of(), "", "");

    /** The field of a struct or union that this value is. An unnamed one has no tag, and its fields are those of the struct around it. */
    DeclaredField part(CType type, Field part) {
        if (meanings.isEmpty()) {
            return NONE;
        }
        boolean hasTag = type instanceof NamedType named && !named.name().isEmpty();
        return new DeclaredField(meanings, hasTag ? type.spelling() : owner, part.name());
    }

    /** The number as a duration; null if no record says that it is one, or if Java has no such duration. */
    @Nullable
    Duration duration(BigInteger number) {
        BigInteger[] parts = seconds(number, false);
        return parts.length == 0 || parts[0].bitLength() >= Long.SIZE
                ? null
                : Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
    }

    /** The number as an instant; null if no record says that it is one, or if Java has no such instant. */
    @Nullable
    Instant instant(BigInteger number) {
        BigInteger[] parts = seconds(number, true);
        return parts.length == 0 || parts[0].abs().compareTo(MOST_SECONDS) >= 0
                ? null
                : Instant.ofEpochSecond(parts[0].longValue(), parts[1].longValue());
    }

    /** The seconds and nanoseconds; empty if the field is no such time. */
    private BigInteger[] seconds(BigInteger number, boolean isInstant) {
        long perSecond = perSecond(isInstant);
        if (perSecond == 0) {
            return new BigInteger[0];
        }
        BigInteger[] parts = number.divideAndRemainder(BigInteger.valueOf(perSecond));
        parts[1] = parts[1].multiply(BigInteger.valueOf(NANOS_PER_SECOND / perSecond));
        return parts;
    }

    private long perSecond(boolean isInstant) {
        return meanings.stream()
                .filter(FieldMeaning.Time.class::isInstance)
                .map(FieldMeaning.Time.class::cast)
                .filter(time -> time.isInstant() == isInstant && isOf(time))
                .mapToLong(FieldMeaning.Time::perSecond)
                .findFirst()
                .orElse(0);
    }

    /**
     * The member of this union that the discriminator selects, if records say so; otherwise all members.
     *
     * @param struct the value with the discriminator
     */
    List<Field> used(UnionType union, @Nullable BtfValue struct) {
        FieldMeaning.Selection selection = selection(union);
        if (selection == null || struct == null) {
            return union.fields();
        }
        // part() would look into unnamed unions too, which depend on their discriminators in turn.
        BigInteger number = struct.parts().stream()
                .filter(part -> part.name().equals(selection.discriminator()))
                .findFirst()
                .map(BtfValue::number)
                .orElse(null);
        if (number == null) {
            return union.fields();
        }
        return union.fields().stream()
                .filter(member -> selection.selects(member.name(), number.longValue()))
                .toList();
    }

    /** A struct can have several unnamed unions. The names of their members tell which one it is. */
    private FieldMeaning.@Nullable Selection selection(UnionType union) {
        List<String> names = union.fields().stream().map(Field::name).toList();
        return meanings.stream()
                .filter(FieldMeaning.Selection.class::isInstance)
                .map(FieldMeaning.Selection.class::cast)
                .filter(selection -> isOf(selection)
                        && selection.cases().stream()
                                .map(FieldMeaning.Case::member)
                                .allMatch(names::contains))
                .findFirst()
                .orElse(null);
    }

    private boolean isOf(FieldMeaning meaning) {
        return meaning.owner().equals(owner) && meaning.field().equals(field);
    }
}
