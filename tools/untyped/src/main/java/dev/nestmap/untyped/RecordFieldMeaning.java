/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of one field of a value, as records declare it: the unit of a time.
 *
 * @param records their declarations
 * @param owner the struct, union or map that has the field
 * @param field its name; {@code key} or {@code value} for a map
 */
record RecordFieldMeaning(Schema records, String owner, String field) {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final BigInteger MOST_SECONDS = BigInteger.valueOf(Instant.MAX.getEpochSecond());

    /** The meaning of a value that no record describes. */
    static final RecordFieldMeaning NONE =
            new RecordFieldMeaning(new Schema("", "", List.of(), List.of(), List.of()), "", "");

    /**
     * Returns the meaning of a part of this struct or union. An unnamed struct or union has no tag: its fields belong to the enclosing
     * struct.
     */
    RecordFieldMeaning part(CType type, Field part) {
        if (records.meanings().isEmpty()) {
            return NONE;
        }
        String ownOwner = type instanceof NamedType named && !named.name().isEmpty() ? records.owner(named) : owner;
        return new RecordFieldMeaning(records, ownOwner, part.name());
    }

    /** Returns the number as a duration; null if no record declares a duration, or if it is out of Java's range. */
    @Nullable
    Duration duration(BigInteger number) {
        BigInteger[] parts = seconds(number, false);
        return parts.length == 0 || parts[0].bitLength() >= Long.SIZE
                ? null
                : Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
    }

    /** Returns the number as an instant; null if no record declares an instant, or if it is out of Java's range. */
    @Nullable
    Instant instant(BigInteger number) {
        BigInteger[] parts = seconds(number, true);
        return parts.length == 0 || parts[0].abs().compareTo(MOST_SECONDS) >= 0
                ? null
                : Instant.ofEpochSecond(parts[0].longValue(), parts[1].longValue());
    }

    boolean isInstant() {
        return perSecond(true) != 0;
    }

    /** Returns the number of a duration or instant in the form of ISO 8601; null if no record declares such a time, or for another text. */
    @Nullable
    BigInteger number(String text) {
        try {
            if (isInstant()) {
                Instant instant = Instant.parse(text);
                return number(instant.getEpochSecond(), instant.getNano(), perSecond(true));
            }
            if (perSecond(false) != 0) {
                Duration duration = Duration.parse(text);
                return number(duration.getSeconds(), duration.getNano(), perSecond(false));
            }
        } catch (DateTimeParseException e) {
            return null;
        }
        return null;
    }

    private static BigInteger number(long seconds, int nanos, long perSecond) {
        return BigInteger.valueOf(seconds)
                .multiply(BigInteger.valueOf(perSecond))
                .add(BigInteger.valueOf(nanos / (NANOS_PER_SECOND / perSecond)));
    }

    /** Returns the seconds and nanoseconds; empty if no record declares such a time. */
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
        return records.meanings().stream()
                .filter(FieldMeaning.Time.class::isInstance)
                .map(FieldMeaning.Time.class::cast)
                .filter(time -> time.isInstant() == isInstant
                        && time.owner().equals(owner)
                        && time.field().equals(field))
                .mapToLong(FieldMeaning.Time::perSecond)
                .findFirst()
                .orElse(0);
    }
}
