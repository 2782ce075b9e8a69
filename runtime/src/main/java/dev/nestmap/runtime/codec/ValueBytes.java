/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.schema.CountText;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import dev.nestmap.types.MacAddress;
import dev.nestmap.types.Untagged;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts values of Java types, and integers that no Java primitive represents, to bytes and back. Every method that writes has the component's name
 * as a parameter. If C can't represent a value, the method throws an {@link IllegalArgumentException} with this name.
 */
public final class ValueBytes {
    private static final int INET6_SIZE = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private ValueBytes() {}

    /** Writes an IPv4 address as {@code __be32}: its four bytes in the order of the dotted notation. */
    public static void putInet4(ByteBuffer to, int at, @Nullable Inet4Address address, String component) {
        if (address == null) {
            throw new IllegalArgumentException(component + " is null: use 0.0.0.0 for no address");
        }
        to.put(at, address.getAddress());
    }

    /** Reads an IPv4 address. */
    public static Inet4Address getInet4(ByteBuffer from, int at) {
        byte[] address = new byte[Integer.BYTES];
        from.get(at, address);
        try {
            return (Inet4Address) InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are always an IPv4 address", e);
        }
    }

    /** Writes the sixteen bytes of an IPv6 address as {@code struct in6_addr}. The scope is not written. */
    public static void putInet6(ByteBuffer to, int at, @Nullable Inet6Address address, String component) {
        if (address == null) {
            throw new IllegalArgumentException(component + " is null: use :: for no address");
        }
        to.put(at, address.getAddress());
    }

    /** Reads an IPv6 address. An IPv4-mapped address stays an {@link Inet6Address}. */
    public static Inet6Address getInet6(ByteBuffer from, int at) {
        byte[] address = new byte[INET6_SIZE];
        from.get(at, address);
        try {
            // InetAddress.getByAddress would return an Inet4Address for ::ffff:192.0.2.1.
            return Inet6Address.getByAddress(null, address, -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are always an IPv6 address", e);
        }
    }

    /** Writes a {@code __u8[6]}. */
    public static void putMac(ByteBuffer to, int at, @Nullable MacAddress address, String component) {
        to.put(at, Scalars.present(address, component).toBytes());
    }

    /** Reads a {@code __u8[6]}. */
    public static MacAddress getMac(ByteBuffer from, int at) {
        byte[] address = new byte[MacAddress.SIZE];
        from.get(at, address);
        return MacAddress.of(address);
    }

    /** Writes a {@code struct ipv4_prefix}. */
    public static void putIpv4Prefix(ByteBuffer to, int at, @Nullable Ipv4Prefix prefix, String component) {
        Ipv4Prefix present = Scalars.present(prefix, component);
        to.putInt(at, present.length());
        putInet4(to, at + Integer.BYTES, present.address(), component);
    }

    /** Reads a {@code struct ipv4_prefix}. */
    public static Ipv4Prefix getIpv4Prefix(ByteBuffer from, int at) {
        return new Ipv4Prefix(getInet4(from, at + Integer.BYTES), from.getInt(at));
    }

    /** Writes a {@code struct ipv6_prefix}. */
    public static void putIpv6Prefix(ByteBuffer to, int at, @Nullable Ipv6Prefix prefix, String component) {
        Ipv6Prefix present = Scalars.present(prefix, component);
        to.putInt(at, present.length());
        putInet6(to, at + Integer.BYTES, present.address(), component);
    }

    /** Reads a {@code struct ipv6_prefix}. */
    public static Ipv6Prefix getIpv6Prefix(ByteBuffer from, int at) {
        return new Ipv6Prefix(getInet6(from, at + Integer.BYTES), from.getInt(at));
    }

    /** Returns the number of an enum's constant. If it has none, throws an exception with the component's name. */
    @FunctionalInterface
    public interface Numbers<E extends Enum<E>> {
        /** Returns the number of a constant. */
        long number(E constant, String component);
    }

    /** Returns an integer in which the bits with the numbers of the constants are set. */
    public static <E extends Enum<E>> long bits(@Nullable Set<E> flags, Numbers<E> numbers, String component) {
        long bits = 0;
        for (E flag : Scalars.present(flags, component)) {
            bits |= 1L << numbers.number(flag, component);
        }
        return bits;
    }

    /** Finds the constant with a number. */
    @FunctionalInterface
    public interface Constants<E extends Enum<E>> {
        /** Returns the constant; {@code component} names it in an error message. */
        E constant(long number, String component);
    }

    /** Returns an unmodifiable set of the constants whose bits are set. The number of a constant is that of its bit. */
    public static <E extends Enum<E>> Set<E> flags(long bits, Class<E> type, Constants<E> constants, String component) {
        Set<E> flags = EnumSet.noneOf(type);
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            flags.add(constants.constant(Long.numberOfTrailingZeros(rest), component));
        }
        return Collections.unmodifiableSet(flags);
    }

    /** Writes a {@code __u8[size]}. */
    public static void putByteString(ByteBuffer to, int at, @Nullable ByteString value, int size, String component) {
        ByteString present = Scalars.present(value, component);
        if (present.size() != size) {
            throw new IllegalArgumentException(
                    component + " has " + CountText.of(present.size(), "byte") + ", but @Size declares " + size);
        }
        present.copyTo(to, at);
    }

    /** Reads a {@code __u8[size]}. */
    public static ByteString getByteString(ByteBuffer from, int at, int size) {
        return ByteString.of(from, at, size);
    }

    /** Writes {@code char[size]}: UTF-8, then at least one zero. */
    public static void putString(
            ByteBuffer to, int at, @Nullable String value, int size, boolean truncate, String component) {
        String text = Scalars.present(value, component);
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException(component + " contains a zero character, where C would end the text");
        }
        byte[] bytes = utf8(text, component);
        int length = bytes.length;
        if (length >= size) {
            if (!truncate) {
                throw new IllegalArgumentException(component + " has " + CountText.of(length, "byte")
                        + " in UTF-8, but @Size leaves room for " + (size - 1) + " before the terminating zero");
            }
            length = characterStart(bytes, size - 1);
        }
        to.put(at, bytes, 0, length);
        Scalars.zero(to, at + length, size - length);
    }

    /** Reads {@code char[size]} up to the first zero, or all of it if there is none. Bytes that are not UTF-8 become U+FFFD. */
    public static String getString(ByteBuffer from, int at, int size) {
        int length = 0;
        while (length < size && from.get(at + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        from.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text, String component) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean replaced = text.chars().anyMatch(c -> Character.isSurrogate((char) c))
                && !text.equals(new String(bytes, StandardCharsets.UTF_8));
        if (replaced) {
            throw new IllegalArgumentException(
                    component + " contains half a surrogate pair, which UTF-8 can't represent");
        }
        return bytes;
    }

    /** Returns the last index up to this one where a character starts. Bytes 10xxxxxx continue a character. */
    private static int characterStart(byte[] utf8, int upTo) {
        int start = upTo;
        while (start > 0 && (utf8[start] & 0xc0) == 0x80) {
            start--;
        }
        return start;
    }

    // Bit-fields. One starts at a bit of a byte and continues in the following bytes. Bits are counted in the order in
    // which clang fills them:
    // on little-endian machines from the least significant bit of each byte, and the first bits are the low bits of the
    // value; on big-endian
    // machines from the most significant bit, and the first bits are the high bits.

    /** Writes a bit-field. Higher bits of the value are ignored. */
    public static void putBits(ByteBuffer to, int at, int bit, int bits, long value) {
        int done = 0;
        while (done < bits) {
            int index = at + (bit + done) / Byte.SIZE;
            int within = (bit + done) % Byte.SIZE;
            int count = Math.min(Byte.SIZE - within, bits - done);
            int shift = isLittle(to) ? within : Byte.SIZE - within - count;
            long part = value >>> (isLittle(to) ? done : bits - done - count);
            int mask = ((1 << count) - 1) << shift;
            to.put(index, (byte) ((to.get(index) & ~mask) | ((int) (part << shift) & mask)));
            done += count;
        }
    }

    /** Writes an unsigned bit-field after a range check. */
    public static void putUnsignedBits(ByteBuffer to, int at, int bit, int bits, long value, String component) {
        if (bits < Long.SIZE && value >>> bits != 0) {
            throw outOfRange(
                    component, value, "0 to " + ((1L << bits) - 1) + ", the range of " + CountText.of(bits, "bit"));
        }
        putBits(to, at, bit, bits, value);
    }

    /** Writes a signed bit-field after a range check. */
    public static void putSignedBits(ByteBuffer to, int at, int bit, int bits, long value, String component) {
        long min = -1L << (bits - 1);
        if (value < min || value > ~min) {
            throw outOfRange(component, value, min + " to " + ~min + ", the range of " + CountText.of(bits, "bit"));
        }
        putBits(to, at, bit, bits, value);
    }

    /** Reads an unsigned bit-field. */
    public static long getUnsignedBits(ByteBuffer from, int at, int bit, int bits) {
        long value = 0;
        int done = 0;
        while (done < bits) {
            int within = (bit + done) % Byte.SIZE;
            int count = Math.min(Byte.SIZE - within, bits - done);
            int shift = isLittle(from) ? within : Byte.SIZE - within - count;
            long part = (Byte.toUnsignedLong(from.get(at + (bit + done) / Byte.SIZE)) >>> shift) & ((1L << count) - 1);
            value |= part << (isLittle(from) ? done : bits - done - count);
            done += count;
        }
        return value;
    }

    /** Reads a signed bit-field. */
    public static long getSignedBits(ByteBuffer from, int at, int bit, int bits) {
        int unused = Long.SIZE - bits;
        return getUnsignedBits(from, at, bit, bits) << unused >> unused;
    }

    // Integers as a BigInteger, because no primitive has all their values

    /** Writes an {@code unsigned __int128} after a range check. */
    public static void putU128(ByteBuffer to, int at, @Nullable BigInteger value, String component) {
        BigInteger present = Scalars.present(value, component);
        if (present.signum() < 0 || present.bitLength() > 2 * Long.SIZE) {
            throw outOfRange(component, present, "0 to 2^128-1");
        }
        put128(to, at, present);
    }

    /** Writes an {@code __int128} after a range check. */
    public static void putS128(ByteBuffer to, int at, @Nullable BigInteger value, String component) {
        BigInteger present = Scalars.present(value, component);
        if (present.bitLength() >= 2 * Long.SIZE) {
            throw outOfRange(component, present, "-2^127 to 2^127-1");
        }
        put128(to, at, present);
    }

    /** Reads an {@code unsigned __int128}. */
    public static BigInteger getU128(ByteBuffer from, int at) {
        return new BigInteger(1, bytes128(from, at));
    }

    /** Reads an {@code __int128}. */
    public static BigInteger getS128(ByteBuffer from, int at) {
        return new BigInteger(bytes128(from, at));
    }

    /** Writes a {@code __u64} from its value, after a range check. */
    public static void putU64(ByteBuffer to, int at, @Nullable BigInteger value, String component) {
        Scalars.putU64(to, at, bits64(value, component));
    }

    /** Reads the value of a {@code __u64}. */
    public static BigInteger getU64(ByteBuffer from, int at) {
        return unsigned(Scalars.getU64(from, at));
    }

    /** Writes a {@code __be64} from its value, after a range check. */
    public static void putBe64(ByteBuffer to, int at, @Nullable BigInteger value, String component) {
        Scalars.putBe64(to, at, bits64(value, component));
    }

    /** Reads the value of a {@code __be64}. */
    public static BigInteger getBe64(ByteBuffer from, int at) {
        return unsigned(Scalars.getBe64(from, at));
    }

    private static long bits64(@Nullable BigInteger value, String component) {
        BigInteger present = Scalars.present(value, component);
        if (present.signum() < 0 || present.bitLength() > Long.SIZE) {
            throw outOfRange(component, present, "0 to 2^64-1");
        }
        return present.longValue();
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    private static void put128(ByteBuffer to, int at, BigInteger value) {
        to.putLong(at + (isLittle(to) ? 0 : Long.BYTES), value.longValue());
        to.putLong(
                at + (isLittle(to) ? Long.BYTES : 0),
                value.shiftRight(Long.SIZE).longValue());
    }

    /** Reads 16 bytes and returns them with the most significant byte first. */
    private static byte[] bytes128(ByteBuffer from, int at) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(from.getLong(at + (isLittle(from) ? Long.BYTES : 0)))
                .putLong(from.getLong(at + (isLittle(from) ? 0 : Long.BYTES)))
                .array();
    }

    private static boolean isLittle(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.LITTLE_ENDIAN;
    }

    private static IllegalArgumentException outOfRange(String component, Object value, String range) {
        return new IllegalArgumentException(component + " is " + value + ", outside of " + range);
    }

    // Durations, and times since 1970, as whole numbers of units. A unit is a fraction of a second.

    /** Returns a duration in units: a signed number, or the 64 bits of an unsigned number. */
    public static long units(@Nullable Duration value, long perSecond, boolean signed, String component) {
        Duration present = Scalars.present(value, component);
        return units(present, present.getSeconds(), present.getNano(), perSecond, signed, component);
    }

    /** Returns the units since 1970: a signed number, or the 64 bits of an unsigned number. */
    public static long units(@Nullable Instant value, long perSecond, boolean signed, String component) {
        Instant present = Scalars.present(value, component);
        return units(present, present.getEpochSecond(), present.getNano(), perSecond, signed, component);
    }

    private static long units(Object value, long seconds, int nanos, long perSecond, boolean signed, String component) {
        long nanosPerUnit = NANOS_PER_SECOND / perSecond;
        if (nanos % nanosPerUnit != 0) {
            throw new IllegalArgumentException(component + " is " + value + ", which is not a whole number of units of "
                    + Duration.ofNanos(nanosPerUnit) + "; truncate it to its unit first");
        }
        BigInteger units = BigInteger.valueOf(seconds)
                .multiply(BigInteger.valueOf(perSecond))
                .add(BigInteger.valueOf(nanos / nanosPerUnit));
        if (signed ? units.bitLength() >= Long.SIZE : units.signum() < 0 || units.bitLength() > Long.SIZE) {
            throw new IllegalArgumentException(
                    component + " is " + value + ": that is " + units + " units, which does not fit its C type");
        }
        return units.longValue();
    }

    /** Returns the duration of a number of units. */
    public static Duration duration(long units, long perSecond, boolean signed) {
        long seconds = seconds(units, perSecond, signed);
        if (seconds < 0 && !signed) {
            throw beyond(Duration.class, seconds);
        }
        return Duration.ofSeconds(seconds, (units - seconds * perSecond) * (NANOS_PER_SECOND / perSecond));
    }

    /** Returns the time of a number of units since 1970. */
    public static Instant instant(long units, long perSecond, boolean signed) {
        long seconds = seconds(units, perSecond, signed);
        try {
            if (seconds < 0 && !signed) {
                throw beyond(Instant.class, seconds);
            }
            return Instant.ofEpochSecond(seconds, (units - seconds * perSecond) * (NANOS_PER_SECOND / perSecond));
        } catch (DateTimeException e) {
            throw beyond(Instant.class, seconds);
        }
    }

    private static long seconds(long units, long perSecond, boolean signed) {
        return signed ? Math.floorDiv(units, perSecond) : Long.divideUnsigned(units, perSecond);
    }

    private static BpfException beyond(Class<?> type, long seconds) {
        return BpfException.of(Reason.MISMATCH, "read of " + type.getSimpleName())
                .because(
                        Long.toUnsignedString(seconds)
                                + " seconds are too many for this type: check that the component has the unit that the program writes");
    }

    // Unions, whose members are records that implement one interface

    /** Writes any member of a union. */
    @FunctionalInterface
    public interface MemberWriter<U> {
        /** Writes the member, and zeros up to the end of the union. */
        void write(U member, ByteBuffer to, int at);
    }

    /** Returns a union of {@code size} bytes with the bytes of a member. */
    public static <U> Untagged<U> untagged(
            Class<U> union, U member, int size, MemberWriter<U> writer, Untagged.Reader<U> reader) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        writer.write(Scalars.present(member, union.getSimpleName()), bytes, 0);
        return new Untagged<>(union, ByteString.of(bytes, 0, size), reader);
    }

    /** Returns an array of unions, each with the bytes of a member. */
    public static <U> Untagged<U>[] untaggedArray(
            Class<U> union, U[] members, int size, MemberWriter<U> writer, Untagged.Reader<U> reader) {
        Untagged<U>[] all = ArrayBytes.newArray(Untagged.class, members.length);
        for (int i = 0; i < all.length; i++) {
            all[i] = untagged(union, members[i], size, writer, reader);
        }
        return all;
    }

    /** Reads the bytes of a union. */
    public static <U> Untagged<U> getUntagged(
            ByteBuffer from, int at, Class<U> union, int size, Untagged.Reader<U> reader) {
        return new Untagged<>(union, ByteString.of(from, at, size), reader);
    }

    /** Writes all bytes of a union. */
    public static <U> void putUntagged(ByteBuffer to, int at, @Nullable Untagged<U> value, String component) {
        Scalars.present(value, component).bytes().copyTo(to, at);
    }

    /** Returns the exception for reading a union as a class that is not one of its members. */
    public static IllegalArgumentException noMember(Class<?> union, Class<?> asked) {
        return new IllegalArgumentException(
                asked.getSimpleName() + " is not a member of union " + union.getSimpleName());
    }
}
