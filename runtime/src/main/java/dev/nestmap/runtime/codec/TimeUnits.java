/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Converts durations and instants to a number of time units and back, without rounding. A unit is a fraction of a second. */
public final class TimeUnits {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private TimeUnits() {}

    /** Returns a duration in units, as a signed number. */
    public static long units(@Nullable Duration value, long perSecond, String component) {
        Duration present = Scalars.present(value, component);
        return signed(
                units(present.getSeconds(), present.getNano(), perSecond, present, component), present, component);
    }

    /** Returns the units since 1970, as a signed number. */
    public static long units(@Nullable Instant value, long perSecond, String component) {
        Instant present = Scalars.present(value, component);
        return signed(
                units(present.getEpochSecond(), present.getNano(), perSecond, present, component), present, component);
    }

    /** Returns a duration in units, as the bits of an unsigned number. */
    public static long unsignedUnits(@Nullable Duration value, long perSecond, String component) {
        Duration present = Scalars.present(value, component);
        return unsigned(
                units(present.getSeconds(), present.getNano(), perSecond, present, component), present, component);
    }

    /** Returns the units since 1970, as the bits of an unsigned number. */
    public static long unsignedUnits(@Nullable Instant value, long perSecond, String component) {
        Instant present = Scalars.present(value, component);
        return unsigned(
                units(present.getEpochSecond(), present.getNano(), perSecond, present, component), present, component);
    }

    /** Returns the duration of a signed number of units. */
    public static Duration signedDuration(long units, long perSecond) {
        return Duration.ofSeconds(Math.floorDiv(units, perSecond), nanos(Math.floorMod(units, perSecond), perSecond));
    }

    /** Returns the instant of a signed number of units since 1970. */
    public static Instant signedInstant(long units, long perSecond) {
        return instant(Math.floorDiv(units, perSecond), Math.floorMod(units, perSecond), perSecond);
    }

    /** Returns the duration of an unsigned number of units. */
    public static Duration unsignedDuration(long units, long perSecond) {
        long seconds = Long.divideUnsigned(units, perSecond);
        if (seconds < 0) {
            throw beyond(Duration.class, seconds);
        }
        return Duration.ofSeconds(seconds, nanos(Long.remainderUnsigned(units, perSecond), perSecond));
    }

    /** Returns the instant of an unsigned number of units since 1970. */
    public static Instant unsignedInstant(long units, long perSecond) {
        long seconds = Long.divideUnsigned(units, perSecond);
        if (seconds < 0) {
            throw beyond(Instant.class, seconds);
        }
        return instant(seconds, Long.remainderUnsigned(units, perSecond), perSecond);
    }

    private static Instant instant(long seconds, long rest, long perSecond) {
        try {
            return Instant.ofEpochSecond(seconds, nanos(rest, perSecond));
        } catch (DateTimeException e) {
            throw beyond(Instant.class, seconds);
        }
    }

    private static BpfException beyond(Class<?> type, long seconds) {
        return new BpfException(
                Reason.MISMATCH,
                "read of " + type.getSimpleName(),
                Long.toUnsignedString(seconds)
                        + " seconds are too many for it: check that the component's unit is the one that the"
                        + " program writes");
    }

    private static long nanos(long rest, long perSecond) {
        return rest * (NANOS_PER_SECOND / perSecond);
    }

    private static BigInteger units(long seconds, int nanos, long perSecond, Object value, String component) {
        long nanosPerUnit = NANOS_PER_SECOND / perSecond;
        if (nanos % nanosPerUnit != 0) {
            throw new IllegalArgumentException(component + " is " + value + ", which is not a whole number of units of "
                    + Duration.ofNanos(nanosPerUnit) + "; truncate it to its unit first");
        }
        return BigInteger.valueOf(seconds)
                .multiply(BigInteger.valueOf(perSecond))
                .add(BigInteger.valueOf(nanos / nanosPerUnit));
    }

    private static long signed(BigInteger units, Object value, String component) {
        if (units.bitLength() >= Long.SIZE) {
            throw outOfRange(units, value, component);
        }
        return units.longValue();
    }

    private static long unsigned(BigInteger units, Object value, String component) {
        if (units.signum() < 0 || units.bitLength() > Long.SIZE) {
            throw outOfRange(units, value, component);
        }
        return units.longValue();
    }

    private static IllegalArgumentException outOfRange(BigInteger units, Object value, String component) {
        return new IllegalArgumentException(
                component + " is " + value + ": that is " + units + " units, which does not fit its C type");
    }
}
