/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Converts keys of an outer map to file names and back. The name of a number is decimal; the name of any other key is its bytes in
 * hexadecimal digits.
 */
public final class KeyFileNames {
    private final int size;
    private final @Nullable NumberField number;

    public KeyFileNames(CType key) {
        this.size = Math.toIntExact(key.size());
        // In the bytes of a bool there may be other numbers than 0 and 1.
        Field field = new Field("", key == Scalar.BOOL ? Scalar.U8 : key, 0);
        this.number = key instanceof Scalar ? NumberField.of(field).orElseThrow() : null;
    }

    /** Returns the file name of a key. */
    public String name(byte[] key) {
        return number == null
                ? HexFormat.of().formatHex(key)
                : number.read(buffer(key), 0).toString();
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

    /** Returns the key in the name {@code <key>-<id>} of the pin of a displaced map; null if the file has another name. */
    public byte @Nullable [] keyOf(Path displaced) {
        String file = PinPaths.keyAndId(displaced);
        int hyphen = file.lastIndexOf('-');
        return key(hyphen < 0 ? "" : file.substring(0, hyphen)).orElse(null);
    }

    private byte[] encode(BigInteger value, NumberField type) {
        byte[] key = new byte[size];
        type.write(buffer(key), 0, value);
        return key;
    }

    private static ByteBuffer buffer(byte[] key) {
        return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder());
    }
}
