/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.RemovableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.kernel.map.KernelIds;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapUsers;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryCTypes;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.nest.KeyFileNames;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A live map without a record. It may belong to a loaded object ({@link #of}), or be any map of the running kernel ({@link #openPinned}, {@link
 * #open}). Keys and values are bytes; {@link #decodeKey} and {@link #decodeValue} decode them with the map's BTF.
 *
 * <p>An operation that the kernel does not support for a map's type throws a {@link BpfException}. If entries are written as file descriptors
 * (programs, sockets), this class can only read and remove them. It can't change the slots of an outer map. Use an {@link
 * dev.nestmap.runtime.OuterAccessor} for this, which keeps the counts of inner maps that leave their slots.
 */
public class UntypedMap extends RemovableAccessor<ByteString, UntypedMap.Entry> {
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final OpenMap map;
    private final MapCTypeReader types;
    private final IntFunction<@Nullable OpenMap> opener;

    UntypedMap(OpenMap map, MapCTypeReader types, IntFunction<@Nullable OpenMap> opener) {
        super(new BoundMap(map, false), new BytesCodec(map.shape(), map.valueBytes()));
        this.map = map;
        this.types = types;
        this.opener = opener;
    }

    /**
     * Finds a map of a loaded object by its name in C, even without a record.
     *
     * @param object the object
     * @param name name in C
     * @return the map; closing the object closes it
     * @throws BpfException if the object has no such map
     */
    public static UntypedMap of(LoadedObject object, String name) {
        LoadedState state = Bindings.ofObject(object);
        OpenMap map = state.handle(name);
        MapCTypeReader types = MapCTypeReader.inObject(state.schema(), name);
        return new UntypedMap(map, types, state::open);
    }

    private static @Nullable Owned owned(@Nullable OpenMap map, @Nullable String pin) {
        return map == null ? null : owned(map, BackendOperations::open, () -> MapCTypeReader.inKernel(map, pin, null));
    }

    /** Closes the map if its types can't be read. */
    private static Owned owned(OpenMap map, IntFunction<@Nullable OpenMap> opener, Supplier<MapCTypeReader> types) {
        try (Undo undo = new Undo(map::close)) {
            return undo.commit(new Owned(map, types.get(), opener));
        }
    }

    /**
     * Creates a map, loads a program that uses the map, and closes both, to test what every service needs.
     *
     * @throws BpfException if the kernel refuses one of them. The message says why, as far as this process can see it
     */
    public static void tryLoad() {
        KernelMapFactory.tryLoad();
    }

    /**
     * Lists the maps of the running kernel. A map may vanish before it is opened.
     *
     * @return the ids of all maps, in ascending order; ids above 2^31-1 do not exist
     * @throws BpfException if the kernel rejects the operation, which requires CAP_SYS_ADMIN
     */
    public static List<Integer> ids() {
        return KernelIds.maps();
    }

    /**
     * Opens a map by its id.
     *
     * @param id the kernel's id of the map, as {@code bpftool map} shows it
     * @return the map, which the caller closes; null if no map has this id
     * @throws BpfException if the kernel rejects the operation, which requires CAP_SYS_ADMIN
     */
    public static @Nullable Owned open(int id) {
        return owned(BackendOperations.open(id), null);
    }

    /**
     * Opens a pinned map.
     *
     * @param pin path of the pin; a relative path is below {@code /sys/fs/bpf}
     * @param access the access of the handle. If other users can change the pin, only reading is allowed
     * @return the map, which the caller closes; null if nothing is pinned there
     * @throws NotAMapException if the pin is not a map
     * @throws BpfException if the kernel refuses
     */
    public static @Nullable Owned openPinned(Path pin, MapAccess access) {
        OpenMap map = BackendOperations.open(pin, access, PinOptions.defaults());
        PinnedMapText text = map == null ? null : textOrNull(pin, map);
        if (map == null || text == null) {
            return owned(map, String.valueOf(pin.getFileName()));
        }
        MapCTypeReader types = MapCTypeReader.inObject(text.schema(), text.map());
        return owned(map, BackendOperations::open, () -> text.id() == map.id() ? types : types.ofInner(map));
    }

    /** Null also if the text can't be read, or describes another map: then the kernel's types are all that is known. */
    private static @Nullable PinnedMapText textOrNull(Path pin, OpenMap map) {
        try (Undo undo = new Undo(map::close)) {
            PinnedMapText text;
            try {
                text = text(pin, map.id());
                if (text == null) {
                    text = BackendOperations.textOfInner(
                            PinOptions.defaults().root().resolve(pin), map.id());
                }
            } catch (BpfException e) {
                text = null;
            }
            undo.commit();
            return text;
        }
    }

    private static @Nullable PinnedMapText text(Path pin, int id) {
        Path path = PinOptions.defaults().root().resolve(pin);
        return BackendOperations.textOf(BackendOperations.pinOf(path), id);
    }

    /**
     * Reads what a pinned map says about itself.
     *
     * @param pin path of the pin; a relative path is below {@code /sys/fs/bpf}
     * @return the text; null if nothing is pinned there, or if other software has pinned the map
     * @throws BpfException if there is no text, if it describes another map, or if this version can't read it
     */
    public static @Nullable String text(Path pin) {
        try (Owned map = openPinned(pin, MapAccess.READ_ONLY)) {
            PinnedMapText text = map == null ? null : text(pin, map.id());
            return text == null ? null : text.print();
        }
    }

    /**
     * What a waiting map was before.
     *
     * @param name the name of the map in C. For an inner map, the name of its outer map
     * @param isPlain whether it was a plain map, not an inner map in a slot
     * @param holdsSettings whether only user space can write to it
     * @param key the key of its slot; null if it had none
     */
    public record Former(
            String name,
            boolean isPlain,
            boolean holdsSettings,
            @Nullable BtfValue key) {}

    /**
     * Returns what a waiting map was before: a displaced inner map, or a plain map of another version that was pinned there.
     *
     * @param pin the absolute path of the pin of a map that waits
     * @return what the map was; null if that is not known
     */
    public static @Nullable Former former(Path pin) {
        try (Owned map = openPinned(pin, MapAccess.READ_ONLY)) {
            PinnedMapText text = map == null ? null : BackendOperations.textOfInner(pin, map.id());
            if (text == null) {
                return null;
            }
            MapDef definition = text.definition();
            boolean isPlain = definition.role() != MapRole.OUTER;
            byte[] bytes = isPlain || definition.key() == null ? null : new KeyFileNames(definition.key()).keyOf(pin);
            return new Former(
                    text.map(),
                    isPlain,
                    text.schema().contentOf(definition).isReadOnlyToPrograms(),
                    bytes == null
                            ? null
                            : MapCTypeReader.inObject(text.schema(), text.map()).decodeKey(ByteString.of(bytes)));
        } catch (BpfException e) {
            return null; // of others
        }
    }

    /**
     * Returns an entry.
     *
     * @param key bytes of the key
     * @return the entry; null if there is none
     * @throws BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if the key does not have the map's key size
     */
    public final @Nullable Entry get(ByteString key) {
        return getAt(key);
    }

    /**
     * Tests for an entry.
     *
     * @param key bytes of the key
     * @return whether there is an entry
     * @throws BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if the key does not have the map's key size
     */
    public final boolean contains(ByteString key) {
        return containsAt(key);
    }

    /**
     * Removes an entry.
     *
     * @param key bytes of the key
     * @return false if there is none
     * @throws BpfException if the map is an outer map, or if the kernel rejects the operation
     * @throws IllegalArgumentException if the key does not have the map's key size
     */
    public boolean remove(ByteString key) {
        requireNoSlots();
        return removeAt(key);
    }

    @Override
    public List<ByteString> removeAll(Collection<? extends ByteString> keys) {
        requireNoSlots();
        return super.removeAll(keys);
    }

    @Override
    public void clear() {
        requireNoSlots();
        super.clear();
    }

    private void requireNoSlots() {
        if (isMapOfMaps()) {
            throw BpfException.of(Reason.LOSES_COUNTS, "removal")
                    .map(name())
                    .because(
                            "an UntypedMap does not change the slots of an outer map, because the counts of the inner map would be lost, and"
                                    + " its owner has handles and pins: use drainLast, take or discard of its accessor or of an UntypedOuterMap");
        }
    }

    /**
     * Opens an inner map of this map of maps by its id, which is the value of an entry. If the inner map has no BTF, Nestmap decodes it with
     * the declaration of this map.
     *
     * @param id the kernel's id of the inner map
     * @return the inner map, which the caller closes; null if it no longer exists
     * @throws BpfException if the kernel rejects the operation, which requires CAP_SYS_ADMIN
     */
    public @Nullable Owned openInner(int id) {
        OpenMap inner = opener.apply(id);
        return inner == null ? null : owned(inner, opener, () -> types.ofInner(inner));
    }

    /**
     * Returns the runs and skipped runs of the programs that name this map. Does not include programs that get this map from an outer map,
     * because they name only the outer map.
     *
     * @return one element for each program, even of other processes
     * @throws BpfException if the kernel rejects the operation, which requires CAP_SYS_ADMIN
     */
    public List<ProgramStatistics> programs() {
        return KernelMapUsers.programsUsing(id()).map(ProgramInfo::statistics).toList();
    }

    /**
     * Waits up to 2 seconds until no sleepable program that names this map is running. This includes programs that were detached and still run, which
     * {@link #programs} no longer lists.
     *
     * @return false if such a program still runs. Also true if the kernel doesn't say so: before Linux 6.8, or without CAP_BPF and CAP_PERFMON
     * @throws BpfException if a later try may succeed
     */
    public boolean awaitSleepablePrograms() {
        return UninterruptibleWait.retry(
                END_NANOS,
                PAUSE_NANOS,
                () -> new KernelMapFactory().usedBySleepable(Set.of(id())).isEmpty(),
                hasEnded -> hasEnded);
    }

    /** {@return the size of a key in bytes; 0 if the map has no keys} */
    public int keySize() {
        return map.shape().keySize();
    }

    /** {@return the size of a value in bytes; for a per-CPU map, of one CPU's value} */
    public int valueSize() {
        return map.shape().valueSize();
    }

    /** {@return the number of values in an entry: the number of possible CPUs for a per-CPU map, otherwise 1} */
    public int valuesPerEntry() {
        return map.shape().kind().isPerCpu() ? map.valueBytes() / stride() : 1;
    }

    /** {@return the map's flags, {@code map_flags} in {@code linux/bpf.h}} */
    public long flags() {
        return map.shape().flags();
    }

    /** {@return whether the values are inner maps} */
    public boolean isMapOfMaps() {
        return map.shape().kind().isMapOfMaps();
    }

    /**
     * Returns the map's full name in C, if it is known. The kernel keeps only 15 characters of a name. The full name of a map of maps is in the BTF
     * of the programs that use it. If they declare several maps whose names begin with these characters, the name of the pin decides, if this map was
     * opened through a pin.
     *
     * @return the full name if it is known, otherwise {@link #name}
     * @throws BpfException if the kernel rejects the operation: reading BTF requires CAP_SYS_ADMIN
     */
    public String declaredName() {
        OuterEntryCTypes outer = types.outer();
        return outer == null ? name() : outer.name();
    }

    /**
     * Tests whether this map can have a name in C. The kernel keeps only 15 characters of a name.
     *
     * @param fullName the name
     * @return false if the map has a different name in the kernel, or, for a map of maps, if all programs that use it declare other names
     * @throws BpfException if the kernel rejects the operation: reading BTF requires CAP_SYS_ADMIN
     */
    public boolean canBeNamed(String fullName) {
        if (!MapShape.kernelName(fullName).equals(name())) {
            return false;
        }
        List<OuterEntryCTypes> declared = map.outerTypes();
        return declared.isEmpty()
                || declared.stream().anyMatch(declaration -> declaration.name().equals(fullName));
    }

    /**
     * Returns a schema text of the map and its inner maps, as far as their declaration is known. The kernel keeps only 15 characters of a
     * name. Without BTF, types are bytes. For an empty map of maps, the text does not define inner maps.
     *
     * @return the schema text
     * @throws BpfException if the kernel rejects the operation: reading BTF and opening inner maps require CAP_SYS_ADMIN
     */
    public String schemaText() {
        List<MapDef> maps = new ArrayList<>();
        if (isMapOfMaps()) {
            String inner = declaredName() + ".inner";
            try (Owned any = anyInner()) {
                if (any != null) {
                    maps.add(any.definition(inner, MapRole.INNER, null));
                }
                maps.add(definition(declaredName(), MapRole.OUTER, any == null ? null : inner));
            }
        } else {
            maps.add(definition(name(), MapRole.PLAIN, null));
        }
        return SchemaText.print(schemaOf(maps));
    }

    final Schema schemaOf(List<MapDef> maps) {
        Set<NamedType> named = new LinkedHashSet<>();
        maps.forEach(each -> named.addAll(each.types()));
        named.removeIf(type -> type.name().isEmpty());
        return new Schema("", name(), List.of(), List.copyOf(named), maps);
    }

    final @Nullable Owned anyInner() {
        for (Entry slot : this) {
            Owned inner = openInner(ByteBuffer.wrap(slot.value().toBytes())
                    .order(ByteOrder.nativeOrder())
                    .getInt());
            if (inner != null) {
                return inner;
            }
        }
        return null;
    }

    final MapDef definition(String declared, MapRole role, @Nullable String inner) {
        MapShape shape = map.shape();
        EntryCTypes entries = types.entries();
        CType value = entries == null ? null : entries.value();
        return new MapDef(
                        declared,
                        role,
                        shape.kind(),
                        shape.maxEntries(),
                        shape.flags() & ~shape.kind().impliedFlags(),
                        sized(types.key(), keySize(), "key"),
                        role == MapRole.OUTER ? null : sized(value, valueSize(), "value"),
                        inner)
                .withExtra(shape.extra())
                .withNumaNode(shape.numaNode());
    }

    /** Returns the type if it has the size that the map has; otherwise bytes of this size. */
    private static @Nullable CType sized(@Nullable CType type, int size, String what) {
        if (size == 0) {
            return null;
        }
        return type != null && type.size() == size ? type : new OpaqueType(size, 1, what + " declared by its size");
    }

    /**
     * Decodes a key with the map's BTF. The kernel keeps no BTF for a map of maps: Nestmap decodes its keys with the BTF of a loaded
     * program that uses it, or of an inner map.
     *
     * @param key the bytes of the key
     * @return the key; null if no BTF describes it
     * @throws BpfException if the kernel rejects the operation: reading BTF requires CAP_SYS_ADMIN
     * @throws IllegalArgumentException if the number of bytes is not {@link #keySize}
     */
    public @Nullable BtfValue decodeKey(ByteString key) {
        bytes().requireKey(key);
        return types.decodeKey(key);
    }

    /**
     * Decodes a value with the map's BTF.
     *
     * @param value the bytes of the value
     * @return the value; for a per-CPU map, the value of each possible CPU. Empty for a map of maps, or if no BTF describes the value
     * @throws BpfException if the kernel rejects the operation: reading BTF requires CAP_SYS_ADMIN
     * @throws IllegalArgumentException if the number of bytes is not the size of an entry's value
     */
    public List<BtfValue> decodeValue(ByteString value) {
        bytes().requireValue(value);
        EntryCTypes entries = types.entries();
        if (entries == null || entries.value().size() != valueSize()) {
            return List.of();
        }
        List<BtfValue> values = new ArrayList<>();
        for (int i = 0; i < valuesPerEntry(); i++) {
            values.add(BtfValue.of(entries.value(), value, i * stride()));
        }
        return List.copyOf(values);
    }

    final OpenMap map() {
        return map;
    }

    private int stride() {
        return Alignment.align(valueSize());
    }

    private BytesCodec bytes() {
        return (BytesCodec) codec();
    }

    /**
     * An entry of a map as bytes, in the machine's byte order.
     *
     * @param key the bytes of the key; empty if the map has no keys
     * @param value the bytes of the value. For a per-CPU map, the values of all possible CPUs, each at a multiple of 8 bytes. For a map of
     *     maps, the id of the inner map in 4 bytes
     */
    public record Entry(ByteString key, ByteString value) {}

    /** A map that the caller closes. */
    public static final class Owned extends UntypedMap implements OwnedMap {
        Owned(OpenMap map, MapCTypeReader types, IntFunction<@Nullable OpenMap> opener) {
            super(map, types, opener);
        }

        @Override
        public void close() {
            map().close("it was closed");
        }
    }
}
