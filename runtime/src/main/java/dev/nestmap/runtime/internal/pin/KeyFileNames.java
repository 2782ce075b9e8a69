/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Converts keys of an outer map to file names and back. A number becomes a decimal name, any other key its bytes in hex. */
public final class KeyFileNames {
    private final int size;
    private final @Nullable Scalar number;

    public KeyFileNames(CType key) {
        this.size = Math.toIntExact(key.size());
        this.number = key instanceof Scalar scalar ? scalar : null;
    }

    /** Returns the file name of a key. */
    public String name(byte[] key) {
        if (number == null) {
            return HexFormat.of().formatHex(key);
        }
        byte[] bigEndian = reorder(key, number);
        return (number.signed() ? new BigInteger(bigEndian) : new BigInteger(1, bigEndian)).toString();
    }

    /** Returns the key that has this file name; empty if no key has it. */
    Optional<byte[]> key(String name) {
        try {
            byte[] key = number == null ? HexFormat.of().parseHex(name) : encode(new BigInteger(name), number);
            return key.length == size && name(key).equals(name) ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] encode(BigInteger value, Scalar type) {
        byte[] bigEndian = new byte[size];
        for (int i = 0; i < size; i++) {
            bigEndian[size - 1 - i] = value.shiftRight(i * Byte.SIZE).byteValue();
        }
        return reorder(bigEndian, type);
    }

    /** Converts between the byte order of the key and big-endian, in both directions. */
    private static byte[] reorder(byte[] bytes, Scalar type) {
        byte[] result = bytes.clone();
        if (!type.bigEndian() && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            for (int i = 0; i < bytes.length; i++) {
                result[i] = bytes[bytes.length - 1 - i];
            }
        }
        return result;
    }
}
