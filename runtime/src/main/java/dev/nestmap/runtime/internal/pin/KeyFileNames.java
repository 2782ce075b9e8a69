/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names of files made from the keys of a map, and back: a number is written as one, any other key as its bytes in hex. */
public final class KeyFileNames {
    private final int size;
    private final @Nullable Scalar number;

    public KeyFileNames(CType key) {
        this.size = Math.toIntExact(key.size());
        this.number = key instanceof Scalar scalar ? scalar : null;
    }

    public String name(byte[] key) {
        return number == null
                ? HexFormat.of().formatHex(key)
                : new BigInteger(number.signed() ? key(key, number) : positive(key(key, number))).toString();
    }

    /** The key that has this name; empty when none has. */
    Optional<byte[]> key(String name) {
        try {
            byte[] key = number == null ? HexFormat.of().parseHex(name) : bytes(new BigInteger(name), number);
            return key.length == size && name(key).equals(name) ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] bytes(BigInteger value, Scalar type) {
        byte[] number = new byte[size];
        for (int i = 0; i < size; i++) {
            number[size - 1 - i] = value.shiftRight(i * Byte.SIZE).byteValue();
        }
        return key(number, type);
    }

    /** From the key's byte order to big-endian, and back. */
    private static byte[] key(byte[] bytes, Scalar type) {
        boolean little = !type.bigEndian() && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        byte[] turned = bytes.clone();
        for (int i = 0; little && i < bytes.length; i++) {
            turned[i] = bytes[bytes.length - 1 - i];
        }
        return turned;
    }

    private static byte[] positive(byte[] number) {
        byte[] longer = new byte[number.length + 1];
        System.arraycopy(number, 0, longer, 1, number.length);
        return longer;
    }
}
