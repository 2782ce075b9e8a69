/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.load.MapOpener;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterTypes;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.schema.type.CType;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any map of the running kernel, whoever created it. Keys and values are bytes; {@link #decodeKey} and {@link #decodeValue} read them by
 * the map's BTF.
 *
 * <p>An operation that the kernel does not have for a map's type throws a {@link dev.nestmap.runtime.error.BpfException}. Entries that
 * user space writes as file descriptors (maps, programs, sockets) can only be read and removed.
 */
public final class UntypedMap extends RemovableAccessor<ByteString, UntypedEntry> implements OwnedMap {
    /** The types of the entries if the map itself has no BTF; null if nothing declares them. */
    private final @Nullable EntryTypes declared;

    private @Nullable EntryTypes entryTypes;
    private @Nullable OuterTypes outerTypes;
    private boolean entryTypesRead;
    private boolean outerTypesRead;

    private UntypedMap(LeasedMap map, @Nullable EntryTypes declared) {
        super(new MapHandle(map), new Bytes(map.shape(), map.valueBytes()));
        this.declared = declared;
    }

    /**
     * Lists the maps of the running kernel. A map may vanish before it is opened.
     *
     * @return the ids of all maps, in ascending order; ids above 2^31-1 do not exist
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: this requires CAP_SYS_ADMIN
     */
    public static List<Integer> ids() {
        return MapOpener.ids();
    }

    /**
     * Opens a map by its id.
     *
     * @param id the kernel's id of the map, as {@code bpftool map} shows it
     * @return the map; null if there is no such map. The caller closes it
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: this requires CAP_SYS_ADMIN
     */
    public static @Nullable UntypedMap open(int id) {
        LeasedMap map = MapOpener.open(id);
        return map == null ? null : new UntypedMap(map, null);
    }

    /**
     * Opens a pinned map.
     *
     * @param pin path of the pin; a relative path is below {@code /sys/fs/bpf}
     * @param access what the handle may do. A pin that other users may change is accepted for reading only
     * @return the map; null if nothing is pinned there. The caller closes it
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses, or if something other than a map is pinned there
     */
    public static @Nullable UntypedMap openPinned(Path pin, PinAccess access) {
        LeasedMap map = MapOpener.open(pin, access, PinOptions.asDeclared());
        return map == null ? null : new UntypedMap(map, null);
    }

    /**
     * Opens an inner map of this map of maps by its id, which the value of an entry contains. If it has no BTF, it is decoded by the
     * declaration of this map.
     *
     * @param id the kernel's id of the inner map
     * @return the inner map; null if it no longer exists. The caller closes it
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: this requires CAP_SYS_ADMIN
     */
    public @Nullable UntypedMap openInner(int id) {
        LeasedMap inner = MapOpener.open(id);
        if (inner == null) {
            return null;
        }
        OuterTypes types = outerTypes();
        EntryTypes entries = types == null ? null : types.inner();
        return new UntypedMap(inner, entries != null && fits(entries, inner.shape()) ? entries : null);
    }

    /** {@return the size of a key in bytes; 0 if the map has no keys} */
    public int keySize() {
        return shape().keySize();
    }

    /** {@return the size of a value in bytes; for a per-CPU map, of one CPU's value} */
    public int valueSize() {
        return shape().valueSize();
    }

    /** {@return the number of values in an entry: the number of possible CPUs for a per-CPU map, otherwise 1} */
    public int valuesPerEntry() {
        return shape().kind().isPerCpu() ? map().valueBytes() / stride() : 1;
    }

    /** {@return the map's flags, {@code map_flags} in {@code linux/bpf.h}} */
    public long flags() {
        return shape().flags();
    }

    /** {@return whether the values are inner maps} */
    public boolean isMapOfMaps() {
        return shape().kind().isMapOfMaps();
    }

    /**
     * Returns the map's name in C. The kernel keeps 15 characters of a name. For a map of maps, the BTF of the programs that use it has
     * the whole name.
     *
     * @return the whole name if it is known, otherwise {@link #name}
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: reading BTF requires CAP_SYS_ADMIN
     */
    public String declaredName() {
        OuterTypes types = outerTypes();
        return types == null ? name() : types.name();
    }

    /**
     * Reads a key by the map's BTF. The kernel keeps none for a map of maps; its keys are read by the BTF of a loaded program that uses
     * it, or of an inner map.
     *
     * @param key the bytes of the key
     * @return the key; null if no BTF describes it
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: reading BTF requires CAP_SYS_ADMIN
     * @throws IllegalArgumentException if the number of bytes is not {@link #keySize}
     */
    public @Nullable BtfValue decodeKey(ByteString key) {
        requireSize("key", keySize(), key);
        OuterTypes outer = outerTypes();
        EntryTypes types = entryTypes();
        CType type = outer != null ? outer.key() : types == null ? null : types.key();
        return type == null || type.size() != keySize() ? null : BtfValue.of(type, key, 0);
    }

    /**
     * Reads a value by the map's BTF.
     *
     * @param value the bytes of the value
     * @return the value; for a per-CPU map the value of each possible CPU. Empty if no BTF describes it, and for a map of maps
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: reading BTF requires CAP_SYS_ADMIN
     * @throws IllegalArgumentException if the number of bytes is not that of an entry
     */
    public List<BtfValue> decodeValue(ByteString value) {
        requireSize("value", map().valueBytes(), value);
        EntryTypes types = entryTypes();
        if (types == null || types.value().size() != valueSize()) {
            return List.of();
        }
        List<BtfValue> values = new ArrayList<>();
        for (int i = 0; i < valuesPerEntry(); i++) {
            values.add(BtfValue.of(types.value(), value, i * stride()));
        }
        return List.copyOf(values);
    }

    @Override
    public void close() {
        release();
    }

    private int stride() {
        return Alignment.align(valueSize());
    }

    private void requireSize(String what, int size, ByteString bytes) {
        if (bytes.size() != size) {
            throw new IllegalArgumentException(
                    "a " + what + " of " + name() + " has " + size + " bytes, but " + bytes.size() + " were given");
        }
    }

    /** Reads the types once: they never change, and reading them takes several system calls. */
    private synchronized @Nullable EntryTypes entryTypes() {
        if (!entryTypesRead) {
            EntryTypes own = map().types();
            entryTypes = own == null ? declared : own;
            entryTypesRead = true;
        }
        return entryTypes;
    }

    /** Reads the declaration once: finding it takes several system calls for each loaded program. */
    private synchronized @Nullable OuterTypes outerTypes() {
        if (!outerTypesRead) {
            outerTypes = map().outerTypes();
            outerTypesRead = true;
        }
        return outerTypes;
    }

    private static boolean fits(EntryTypes types, MapShape map) {
        CType key = types.key();
        return (key == null ? 0 : key.size()) == map.keySize() && types.value().size() == map.valueSize();
    }

    /** Copies the bytes of entries. */
    private record Bytes(MapShape shape, int valueSize) implements EntryCodec<ByteString, UntypedEntry> {
        @Override
        public Codec<ByteString> key() {
            int size = shape.keySize();
            return Codec.of(
                    size,
                    (key, to, at) -> write("key", size, key, to, at),
                    (from, at) -> ByteString.of(from, at, size));
        }

        @Override
        public ByteString keyOf(UntypedEntry entry) {
            return entry.key();
        }

        @Override
        public void writeValue(UntypedEntry entry, ByteBuffer to, int at) {
            if (shape.kind().isMapOfMaps() || shape.kind().descriptorSize() > 0) {
                throw new IllegalArgumentException("an entry of " + shape.name() + ", a " + shape.kind()
                        + ", is written as a file descriptor, which an UntypedMap can't do: use an accessor of a record that"
                        + " declares the map");
            }
            write("value", valueSize, entry.value(), to, at);
        }

        @Override
        public UntypedEntry read(ByteString key, ByteBuffer from, int at) {
            return new UntypedEntry(key, ByteString.of(from, at, valueSize));
        }

        private void write(String what, int size, ByteString bytes, ByteBuffer to, int at) {
            if (bytes.size() != size) {
                throw new IllegalArgumentException("a " + what + " of " + shape.name() + " has " + size + " bytes, but "
                        + bytes.size() + " were given");
            }
            bytes.copyTo(to, at);
        }
    }
}
