/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a map's bytes into Java values. Decoding fails if an enum has no constant for a number or if a record's constructor throws.
 * The exception then names the map, the key and the bytes.
 */
public final class EntryDecoder {
    /** The number of bytes that a message shows. */
    private static final int MOST_BYTES = 256;

    /** Of the indices of an array, so many more are checked than the first one, among them the last one. An enum has fewer constants. */
    private static final int MOST_INDICES = 256;

    private EntryDecoder() {}

    /** Decodes the key at this offset. */
    public static <K> K key(MapShape map, Codec<K> codec, ByteBuffer from, int at) {
        try {
            return codec.read(from, at);
        } catch (RuntimeException e) {
            throw failed(map, null, "key", hex(from, at, codec.size()), e);
        }
    }

    /** Decodes the key of an entry at this offset. Logs a warning if Java writes other bytes for this key. */
    public static <K> K key(MapShape map, EntryCodec<K, ?> codec, ByteBuffer from, int at) {
        K key;
        try {
            key = codec.readKey(from, at);
        } catch (RuntimeException e) {
            throw failed(map, null, "key", hex(from, at, codec.keySize()), e);
        }
        if (codec.ignoresKeyBytes()) {
            warnOfOtherBytes(map, codec, key, from, at);
        }
        return key;
    }

    private static <K> void warnOfOtherBytes(MapShape map, EntryCodec<K, ?> codec, K key, ByteBuffer from, int at) {
        int size = codec.keySize();
        String instead = "";
        try (Scratch scratch = Scratch.take(size)) {
            ByteBuffer written = scratch.block().bytes();
            codec.writeKey(key, written, 0);
            if (isSame(written, from, at, size)) {
                return;
            }
            instead = " instead of " + hex(written, 0, size);
        } catch (RuntimeException e) {
            // Java can't write such a key at all, for example a text without a terminating zero.
        }
        WarningLog.RUNTIME.warn(
                "keys of map " + map.name(),
                ErrorTable.message("KEY_WITH_OTHER_BYTES", map.name(), key, hex(from, at, size), instead));
    }

    private static boolean isSame(ByteBuffer written, ByteBuffer from, int at, int size) {
        for (int i = 0; i < size; i++) {
            if (written.get(i) != from.get(at + i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Decodes zeros as an entry, so that the load finds a record that refuses them, and not the first drain. A new array has them at each
     * index. Nestmap makes new inner arrays all the time: there it is an error if the constructor refuses them. A plain array may be filled by
     * Java before it is read, also while the load prepares: there it is a warning, and so it is if an enum lacks a constant for 0. Programs
     * may add zeros to a hash: there it is a warning, and an enum is right to have only the numbers that occur. An index for which the enum of an
     * array's key has no constant is a warning, too, because {@code get} works. A map that programs can't write has what Java puts there.
     *
     * @param isInner whether it is the map of an outer map's slots
     * @throws BpfException if the constructor of an inner array's record throws
     */
    public static void checkZeros(MapShape map, EntryCodec<?, ?> codec, boolean isInner) {
        boolean isArray = map.kind() == MapKind.ARRAY || map.kind() == MapKind.PERCPU_ARRAY;
        if (map.isReadOnlyToPrograms() || !(isArray || map.kind().isHash())) {
            return;
        }
        EntryCodec<?, ?> one = codec instanceof PerCpuCodec<?, ?> perCpu ? perCpu.one() : codec;
        long last = isArray ? map.maxEntries() - 1 : 0;
        long checks = Math.min(last, MOST_INDICES);
        for (long i = 0; i <= checks; i++) {
            checkZeros(map, one, isArray, isInner, (int) (last * i / Math.max(1, checks)));
        }
    }

    private static <K> void checkZeros(
            MapShape map, EntryCodec<K, ?> codec, boolean isArray, boolean isInner, int index) {
        ByteBuffer bytes =
                ByteBuffer.allocate(codec.keySize() + codec.valueSize()).order(ByteOrder.nativeOrder());
        if (isArray) {
            bytes.putInt(0, index);
        }
        boolean isKey = true;
        try {
            K key = codec.readKey(bytes, 0);
            isKey = false;
            codec.read(key, bytes, codec.keySize());
        } catch (RuntimeException | AssertionError e) {
            boolean isConstructor = !(e instanceof BpfException);
            if (isKey && isArray && !isConstructor) {
                WarningLog.RUNTIME.warn(
                        "keys of map " + map.name(),
                        ErrorTable.message(
                                "INDEX_WITHOUT_KEY",
                                map.name(),
                                map.maxEntries(),
                                Integer.toUnsignedLong(index),
                                String.valueOf(e.getMessage()),
                                isInner ? "a drain that reads all entries" : "a read of all entries"));
                return;
            }
            String what = (isConstructor ? "the constructor of its record throws " + e : String.valueOf(e.getMessage()))
                    + (isInner
                            ? ". A drain that meets such an entry fails, and the map waits with its counts"
                            : ". A read that meets such an entry fails");
            if (isArray && isConstructor && isInner) {
                throw BpfException.of(Reason.MISMATCH, "check of the record")
                        .map(map.name())
                        .key(Integer.toUnsignedLong(index))
                        .cause(e)
                        .because("a new array has zeros at each index, for which " + what
                                + ". Let the constructor accept them, and check values where you use them. If only Java writes the map, give"
                                + " it the flag RDONLY_PROG instead");
            }
            if (isArray || isConstructor) {
                WarningLog.RUNTIME.warn(
                        "zeros in map " + map.name(),
                        "map " + map.name() + ": "
                                + (isArray
                                        ? "a new array has zeros at each index: "
                                        : "for an entry of zeros, as programs may add it, ")
                                + what
                                + (isConstructor
                                        ? ". Let the constructor accept it, and check values where you use them"
                                        : ""));
            }
        }
    }

    /**
     * Decodes an entry from the bytes between position and limit of two buffers. The value may have the values of any number of CPUs.
     *
     * @throws IllegalArgumentException if the numbers of bytes are not the sizes of the C types
     */
    public static <K, E> E fromBytes(MapShape map, EntryCodec<K, E> codec, ByteBuffer key, ByteBuffer value) {
        EntryCodec<K, E> fitting = PerCpuCodec.fitting(codec, value.remaining());
        if (key.remaining() != codec.keySize() || value.remaining() != fitting.valueSize()) {
            throw new IllegalArgumentException("an entry of " + map.name() + " has a key of "
                    + CountText.of(codec.keySize(), "byte") + " and a value of " + codec.valueSize()
                    + ", but the given ones have " + key.remaining() + " and " + value.remaining());
        }
        K decoded = key(map, codec, key.slice().order(ByteOrder.nativeOrder()), 0);
        return entry(map, fitting, decoded, value.slice().order(ByteOrder.nativeOrder()), 0);
    }

    /** Decodes the entry without a key at this offset. */
    public static <E> E value(MapShape map, Codec<E> codec, ByteBuffer from, int at) {
        try {
            return codec.read(from, at);
        } catch (RuntimeException e) {
            throw failed(map, null, "entry", hex(from, at, codec.size()), e);
        }
    }

    /** Decodes the entry with this key, whose value is at this offset. */
    public static <K, E> E entry(MapShape map, EntryCodec<K, E> codec, K key, ByteBuffer from, int at) {
        try {
            return codec.read(key, from, at);
        } catch (RuntimeException e) {
            throw failed(map, codec, key, from, at, e);
        }
    }

    /** Returns the exception for the entry with this key, whose value at this offset could not be decoded. */
    public static <K> BpfException failed(
            MapShape map, EntryCodec<K, ?> codec, K key, ByteBuffer from, int at, RuntimeException cause) {
        return failed(map, key, "value", hex(from, at, codec.valueSize()), cause);
    }

    private static BpfException failed(
            MapShape map, @Nullable Object key, String what, String bytes, RuntimeException cause) {
        // The message of an exception by Nestmap already contains advice.
        String why = cause instanceof BpfException ? cause.getMessage() : cause.toString();
        return BpfException.of(Reason.MISMATCH, "read")
                .map(map.name())
                .key(key)
                .cause(cause)
                .because("the " + what + "'s bytes " + bytes + " can't be decoded as the record declares them: " + why);
    }

    private static String hex(ByteBuffer from, int at, int size) {
        byte[] shown = new byte[Math.min(size, MOST_BYTES)];
        from.get(at, shown);
        String hex = HexFormat.of().formatHex(shown);
        return size > MOST_BYTES ? hex + "... (" + size + " bytes)" : hex;
    }
}
