/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.pin.PinAttributes;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.open.FormerVersion;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.LockHolder;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.types.ByteString;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pinned outer map without a record, whose inner maps can be drained while programs count. Like an accessor, it keeps the pins of inner
 * maps up to date. From the first change on, it owns the pins, so no other process displaces maps.
 *
 * <p>It does not know which programs use the map. A sleepable program may write to a displaced map for a moment after the change.
 */
public final class UntypedOuterMap extends OuterAccessor<ByteString, UntypedMap> implements OwnedMap {
    private final MapCTypeReader types;
    private final String innerType;
    private final Nest nest;

    private UntypedOuterMap(BoundMap outer, MapCTypeReader types, String innerType) {
        super(outer, bytes(outer.map().shape().keySize()), binding -> inner(mapOf(binding), types));
        this.types = types;
        types.outer(); // while inner maps are in the slots, which have the BTF that declares the keys
        this.innerType = innerType;
        this.nest = Objects.requireNonNull(outer.nest(), "an outer map");
    }

    /** A displaced map of another version has the types of its text. */
    private static UntypedMap inner(OpenMap map, MapCTypeReader types) {
        FormerVersion former = map.former();
        MapCTypeReader own = former == null
                ? types
                : MapCTypeReader.inObject(former.text().schema(), former.text().map());
        return new UntypedMap(map, own.ofInner(map), BackendOperations::open);
    }

    private static OpenMap mapOf(MapBinding binding) {
        return BoundMap.of(binding).map();
    }

    private static Codec<ByteString> bytes(int size) {
        return Codec.of(
                size,
                (key, to, at) -> {
                    if (key.size() != size) {
                        throw new IllegalArgumentException(
                                "the key has " + key.size() + " bytes, and the map's keys have " + size);
                    }
                    key.copyTo(to, at);
                },
                (from, at) -> ByteString.of(from, at, size));
    }

    /**
     * Opens a pinned outer map to drain it.
     *
     * @param pin path of the pin, absolute or below the directory of the options
     * @param options options of the pins, as the service passes them: {@link PinOptions#withMachine} is a part of the identities
     * @return the map, which the caller closes; null if nothing is pinned there
     * @throws BpfException if the pin is not an outer map, if nothing shows what its inner maps are, or if this process lacks CAP_SYS_ADMIN
     */
    public static @Nullable UntypedOuterMap openPinned(Path pin, PinOptions options) {
        return open(BackendOperations.pinOf(options.root().resolve(pin)), new PinAttributes(options, null));
    }

    /**
     * Opens a pinned outer map to drain it for the user who owns the pin, even if this process runs as a different user. Everything that this process
     * creates gets the owner and the permissions of the pin. Only root and the owner can do this.
     *
     * @param pin an absolute path
     * @param machine the machine's name in identities; null if the system names it
     * @return the map, which the caller closes; null if nothing is pinned there
     * @throws BpfException as {@link #openPinned} does
     * @throws BpfException if the owner and the permissions can't be read
     */
    public static @Nullable UntypedOuterMap openForOwner(Path pin, @Nullable String machine) {
        Path path = BackendOperations.pinOf(pin);
        return open(path, PinAttributes.of(path, machine));
    }

    private static @Nullable UntypedOuterMap open(Path path, PinAttributes attributes) {
        try (UntypedMap.Owned outer = UntypedMap.openPinned(path, MapAccess.READ_ONLY)) {
            if (outer == null) {
                return null;
            }
            if (!outer.isMapOfMaps()) {
                throw BpfException.of(Reason.WRONG_USE, "opening of the pin " + path)
                        .because(outer.type() + " " + outer.name() + " has no inner maps to drain");
            }
            PinnedMapText text = BackendOperations.textOf(path, outer.id());
            if (text != null && text.definition().role() != MapRole.OUTER) {
                throw BpfException.of(Reason.MISMATCH, "opening of the pin " + path)
                        .because(outer.type() + " " + outer.name()
                                + " is pinned there, and its text (nestmap pins --schema) describes the map type "
                                + text.definition().kind() + ": somebody has replaced the text. Nothing was changed");
            }
            if (text != null) {
                return open(path, attributes, text.schema(), text.definition(), outer, null, true);
            }
            try (UntypedMap.Owned sample = sample(outer, path)) {
                Schema schema = schema(outer, sample, path);
                MapDef definition = schema.map(outer.name()).orElseThrow();
                return open(path, attributes, schema, definition, outer, sample.map(), !isDeclared(outer));
            }
        }
    }

    /**
     * @param sample an inner map, whose BTF new inner maps get; null if the schema is that of the records
     * @param isInSchema whether the schema has the types of the entries, and not only the kernel
     */
    private static @Nullable UntypedOuterMap open(
            Path path,
            PinAttributes attributes,
            Schema schema,
            MapDef definition,
            UntypedMap outer,
            @Nullable OpenMap sample,
            boolean isInSchema) {
        ObjectlessMap opened =
                BackendOperations.openOuter(path, attributes, schema, definition.name(), outer.id(), sample);
        if (opened == null) {
            return null;
        }
        try (Undo undo = new Undo(() -> opened.close("its types could not be read"))) {
            return undo.commit(new UntypedOuterMap(
                    new BoundMap(opened, () -> schema),
                    isInSchema
                            ? MapCTypeReader.inObject(schema, definition.name())
                            : MapCTypeReader.inKernel(opened.map(), String.valueOf(path.getFileName()), null),
                    schema.innerOf(definition).kind().name()));
        }
    }

    /** An inner map, or one that waits, of an outer map that other software has pinned. */
    private static UntypedMap.Owned sample(UntypedMap outer, Path pin) {
        UntypedMap.Owned sample = outer.anyInner();
        if (sample == null) {
            sample = waiting(pin.resolveSibling(pin.getFileName() + PinNames.DRAINING));
        }
        if (sample == null) {
            throw BpfException.of(Reason.NOT_FOUND, "opening of the pin " + pin)
                    .because(
                            "the outer map has no inner map, so nothing shows what its inner maps are. It is empty and none waits, so there is nothing"
                                    + " to drain. It may belong to other software: leave it alone, and name the pins of your own maps");
        }
        return sample;
    }

    private static UntypedMap.@Nullable Owned waiting(Path directory) {
        return PinDirectory.list(directory).stream()
                .map(file -> UntypedMap.openPinned(file, MapAccess.READ_ONLY))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Describes the map as the kernel shows it. */
    private static Schema schema(UntypedMap outer, UntypedMap sample, Path pin) {
        MapDef inner = sample.definition(sample.name(), MapRole.INNER, null);
        List<MapDef> maps = new ArrayList<>(List.of(inner));
        MapDef definition = outer.definition(outer.name(), MapRole.OUTER, inner.name());
        if (!isDeclared(outer)) {
            CType key = MapCTypeReader.keyOf(outer.map().shape(), sample.map(), String.valueOf(pin.getFileName()));
            definition = key == null ? definition : definition.withKey(key);
        }
        requireKeyType(definition, pin);
        maps.add(definition);
        maps.add(UncountedMap.of(definition));
        return outer.schemaOf(maps);
    }

    /** Whether a program, or the first inner map in a slot, declares the keys. */
    private static boolean isDeclared(UntypedMap outer) {
        return !(outer.definition(outer.name(), MapRole.OUTER, null).key() instanceof OpaqueType);
    }

    /** The type of the keys determines the names of the pins beside this one. */
    private static void requireKeyType(MapDef outer, Path pin) {
        boolean hasPins = Stream.of(PinNames.INNERS, PinNames.DRAINING)
                .anyMatch(end -> !PinDirectory.list(pin.resolveSibling(pin.getFileName() + end))
                        .isEmpty());
        if (outer.key() instanceof OpaqueType && hasPins) {
            throw BpfException.of(Reason.NOT_FOUND, "opening of the pin " + pin)
                    .because(
                            "the names of the pins beside " + outer.name()
                                    + " contain its keys, but the kernel has no BTF that describes these keys. It has such BTF while a program that uses"
                                    + " the map, or an inner map of its object, is loaded. Start the service, whose records declare the keys");
        }
    }

    /** {@return the type of the inner maps, such as {@code HASH}} */
    public String innerType() {
        return innerType;
    }

    /** {@return whether programs can't write to the inner maps, which hold settings and no counts} */
    public boolean holdsSettings() {
        return nest.innerShape().isReadOnlyToPrograms();
    }

    /**
     * Becomes the owner of the slots, and lists the waiting maps without opening them.
     *
     * @throws BpfException if another process owns the pins
     */
    public void own() {
        nest.findEarlier(true);
    }

    /**
     * Says why no rotation of the maps in the slots is exact.
     *
     * @return the reason; null if there is none, or if no slot has a map
     */
    public @Nullable String inexactness() {
        return keys().isEmpty() ? null : nest.exactness().obstacle();
    }

    /**
     * Finds the process that owns a pin: all pins in a directory have one owner.
     *
     * @param pin an absolute path
     * @return the id of the process; empty if no process owns it, or if it is in another PID namespace
     */
    public static OptionalLong owner(Path pin) {
        return BackendOperations.owner(pin);
    }

    /**
     * Returns whether a signal has stopped a process.
     *
     * @param process its id
     * @return true if SIGCONT continues it
     */
    public static boolean isStopped(long process) {
        return LockHolder.isStopped(process);
    }

    /**
     * Becomes the owner of all pins in the directory of a pin, even if the pin was removed. No other process can change these pins until the
     * result is closed.
     *
     * @param pin the absolute path of a pin or of a directory of pins. New files get its owner and permissions
     * @return releases the ownership
     * @throws BpfException if another process owns the pins, also one in another PID namespace
     * @throws BpfException if the owner and the permissions can't be read
     */
    public static Closeable ownPins(Path pin) {
        return BackendOperations.ownPins(pin, PinAttributes.of(pin, null));
    }

    /**
     * Decodes a key with the BTF of a program that uses this map, or of an inner map.
     *
     * @param key the bytes of the key
     * @return the key; null if no BTF describes it
     * @throws BpfException if the kernel rejects the operation
     */
    public @Nullable BtfValue decodeKey(ByteString key) {
        return types.decodeKey(key);
    }
}
