/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.load.ObjectLoader;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A live map without a record: its keys and values are bytes. Nothing is compared, because the bytes of a map have no meaning without a
 * record. A value of a per-CPU map has the bytes of all possible CPUs, each rounded up to a multiple of 8. Maps without keys, outer maps and maps
 * whose values are file descriptors need a record.
 */
public class BytesMap extends RemovableAccessor<ByteString, BytesMap.Entry> {
    /**
     * One entry.
     *
     * @param key all bytes of the key
     * @param value all bytes of the value
     */
    public record Entry(ByteString key, ByteString value) {}

    BytesMap(MapHandle handle) {
        super(handle, new BytesCodec(handle.map()));
    }

    /**
     * Opens a pinned map.
     *
     * @param pin path of the pin; a relative path is below {@code /sys/fs/bpf}
     * @param access what the handle may do
     * @return the map, which the caller closes
     * @throws BpfException if no map is pinned there, if this process may not open it, or if the map needs a record
     */
    public static Owned openPinned(Path pin, PinAccess access) {
        return owned(ObjectLoader.openPinned(pin, access, PinOptions.asDeclared()));
    }

    /**
     * Opens a map by its id in the kernel, which {@code bpftool map} shows. Requires CAP_SYS_ADMIN.
     *
     * @param id the id
     * @return the map, which the caller closes
     * @throws BpfException if no map has this id, if this process may not open it, or if the map needs a record
     */
    public static Owned openId(int id) {
        return owned(ObjectLoader.openId(id));
    }

    private static Owned owned(LeasedMap map) {
        try {
            return new Owned(new MapHandle(map));
        } catch (Throwable e) { // even after an Error, nobody else would close the map
            map.close("it was not opened");
            throw e;
        }
    }

    /** A map that the caller closes. */
    public static final class Owned extends BytesMap implements OwnedMap {
        private Owned(MapHandle handle) {
            super(handle);
        }

        @Override
        public void close() {
            release();
        }
    }

    /** Copies bytes. */
    private static final class BytesCodec implements EntryCodec<ByteString, Entry> {
        private final Codec<ByteString> key;
        private final String name;
        private final int valueSize;

        BytesCodec(LeasedMap map) {
            this.name = map.shape().name();
            this.valueSize = map.valueBytes();
            int keySize = map.shape().keySize();
            MapKind kind = map.shape().kind();
            boolean holdsDescriptors = kind.isMapOfMaps() || kind.descriptorSize() > 0;
            if (keySize == 0 || holdsDescriptors) {
                String why = keySize == 0 ? " has no keys" : " has file descriptors as values";
                throw new BpfException(
                        "opening of map " + name + " as bytes",
                        "a map of type " + kind + why + ": declare a record for it");
            }
            this.key = Codec.of(
                    keySize,
                    (value, to, at) -> copy(value, keySize, "key", to, at),
                    (from, at) -> ByteString.of(from, at, keySize));
        }

        private void copy(ByteString value, int size, String what, ByteBuffer to, int at) {
            if (value.size() != size) {
                throw new IllegalArgumentException(
                        "a " + what + " of map " + name + " has " + size + " bytes, not " + value.size());
            }
            value.copyTo(to, at);
        }

        @Override
        public Codec<ByteString> key() {
            return key;
        }

        @Override
        public ByteString keyOf(Entry entry) {
            return entry.key();
        }

        @Override
        public int valueSize() {
            return valueSize;
        }

        @Override
        public void writeValue(Entry entry, ByteBuffer to, int at) {
            copy(entry.value(), valueSize, "value", to, at);
        }

        @Override
        public Entry read(ByteString entryKey, ByteBuffer from, int at) {
            return new Entry(entryKey, ByteString.of(from, at, valueSize));
        }
    }
}
