/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;

/** Copies the bytes of entries. */
final class BytesCodec extends EntryCodec<ByteString, UntypedMap.Entry> {
    private final MapShape shape;

    /** @param valueSize the size of a value in bytes; for a per-CPU map, of the values of all possible CPUs together */
    BytesCodec(MapShape shape, int valueSize) {
        super(shape.keySize(), valueSize);
        this.shape = shape;
    }

    @Override
    public void writeKey(ByteString key, ByteBuffer to, int at) {
        write("key", keySize(), key, to, at);
    }

    @Override
    public ByteString readKey(ByteBuffer from, int at) {
        return ByteString.of(from, at, keySize());
    }

    @Override
    public ByteString keyOf(UntypedMap.Entry entry) {
        return entry.key();
    }

    @Override
    public void writeValue(UntypedMap.Entry entry, ByteBuffer to, int at) {
        if (shape.kind().isMapOfMaps() || shape.kind().descriptorSize() > 0) {
            throw new IllegalArgumentException("an entry of " + shape.name() + ", a " + shape.kind()
                    + ", is written as a file descriptor, which an UntypedMap can't do: use an accessor of a record that"
                    + " declares the map");
        }
        write("value", valueSize(), entry.value(), to, at);
    }

    @Override
    public UntypedMap.Entry read(ByteString key, ByteBuffer from, int at) {
        return new UntypedMap.Entry(key, ByteString.of(from, at, valueSize()));
    }

    private void write(String what, int size, ByteString bytes, ByteBuffer to, int at) {
        requireSize(what, size, bytes);
        bytes.copyTo(to, at);
    }

    /** Checks the number of bytes of a key. */
    void requireKey(ByteString key) {
        requireSize("key", keySize(), key);
    }

    /** Checks the number of bytes of a value. */
    void requireValue(ByteString value) {
        requireSize("value", valueSize(), value);
    }

    private void requireSize(String what, int size, ByteString bytes) {
        if (bytes.size() != size) {
            throw new IllegalArgumentException("a " + what + " of " + shape.name() + " has " + size + " bytes, but "
                    + bytes.size() + " were given");
        }
    }
}
