/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.LiveObject;
import dev.nestmap.runtime.internal.load.ObjectLoader;
import dev.nestmap.runtime.internal.load.ObjectResources;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.GeneratedCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which object a generated class stands for. Its constant in the generated class is the way to every live instance. */
public final class ObjectSpec {
    private final ObjectResources resources;
    private final int level;
    private final List<DeclaredPin> pins;

    private ObjectSpec(ObjectResources resources, int level, List<DeclaredPin> pins) {
        this.resources = resources;
        this.level = level;
        this.pins = List.copyOf(pins);
    }

    /**
     * The object whose schema is the resource {@code META-INF/bpf/<header>.schema} beside the generated class.
     *
     * @param level {@link GeneratedCode#LEVEL} of the runtime that the class was generated for; another one is an error at first use
     */
    public static ObjectSpec of(Class<?> generated, String header, int level) {
        return new ObjectSpec(new ObjectResources(generated, header, Map.of()), level, List.of());
    }

    /**
     * The same with one more map that is pinned.
     *
     * @param pin an absolute path, or one in the directory that is said at load
     * @param inners whether its inner maps are pinned too, under names made from their keys
     */
    public ObjectSpec pinned(String map, String pin, boolean inners) {
        List<DeclaredPin> more = new ArrayList<>(pins);
        more.add(new DeclaredPin(map, pin, inners));
        return new ObjectSpec(resources, level, more);
    }

    /**
     * The same with a size for a map whose record leaves it to load time.
     *
     * @param map its name in C; of inner maps that of their definition
     * @throws IllegalArgumentException when the kernel takes no such {@code max_entries} of any map
     */
    public ObjectSpec sized(String map, long entries) {
        MapShape.requireMaxEntries("map " + map, entries);
        return new ObjectSpec(resources.sized(map, entries), level, pins);
    }

    /** Loads {@code META-INF/bpf/<header>.bpf.o} from the class path into the kernel, all of it or nothing. */
    public <T> T load(PinOptions options, Function<BoundObject, T> constructor) {
        checkLevel();
        return make(ObjectLoader.load(resources, pins, options), constructor);
    }

    /** {@link #load(PinOptions, Function)} with pins as they are declared. */
    public <T> T load(Function<BoundObject, T> constructor) {
        return load(PinOptions.asDeclared(), constructor);
    }

    /** Loads an object file into the kernel, all of it or nothing. */
    public <T> T load(Path object, PinOptions options, Function<BoundObject, T> constructor) {
        checkLevel();
        return make(ObjectLoader.load(resources, object, pins, options), constructor);
    }

    /** {@link #load(Path, PinOptions, Function)} with pins as they are declared. */
    public <T> T load(Path object, Function<BoundObject, T> constructor) {
        return load(object, PinOptions.asDeclared(), constructor);
    }

    /**
     * A map that is pinned.
     *
     * @throws BpfException when nothing is pinned there, or something else than what is declared
     */
    public <T> T openPinned(String map, Path pin, PinAccess access, Function<MapHandle, T> constructor) {
        checkLevel();
        return constructor.apply(new MapHandle(ObjectLoader.openPinned(resources, map, pin, access, pinsInners(map))));
    }

    /** A new outer map, which is the caller's own. */
    public <T> T create(String map, Function<MapHandle, T> constructor) {
        checkLevel();
        return constructor.apply(new MapHandle(ObjectLoader.create(resources, map)));
    }

    /**
     * A new outer map, which is the caller's own, and pinned.
     *
     * @throws BpfException when something is pinned there already
     */
    public <T> T create(String map, Path pin, PinOptions options, Function<MapHandle, T> constructor) {
        checkLevel();
        DeclaredPin declared = new DeclaredPin(map, pin.toString(), pinsInners(map));
        return constructor.apply(new MapHandle(ObjectLoader.create(resources, declared, options)));
    }

    /**
     * Puts a map as it is declared, of the sizes that are said, in the place of a pinned one of the version before. What nobody says
     * stays as large as it is.
     *
     * @throws BpfException when what is pinned is of neither version, or can't be migrated; then it is as it was
     */
    public Migrated migrate(String map, Path pin, PinOptions options, Migration how) {
        checkLevel();
        return ObjectLoader.migrate(resources, new DeclaredPin(map, pin.toString(), pinsInners(map)), options, how);
    }

    /** The same maps over the heap, and no programs. */
    public <T> T inMemory(Function<BoundObject, T> constructor) {
        checkLevel();
        return make(ObjectLoader.inMemory(resources), constructor);
    }

    /**
     * An accessor of one map of an object that is loaded already.
     *
     * @throws BpfException when the object has no such map, or one that differs from what is declared
     */
    public <T> T bind(BoundObject object, String map, Function<MapHandle, T> constructor) {
        checkLevel();
        ObjectLoader.verify(object.object(), map, resources);
        return constructor.apply(object.map(map));
    }

    private boolean pinsInners(String map) {
        return pins.stream().anyMatch(declared -> declared.map().equals(map) && declared.inners());
    }

    private void checkLevel() {
        if (level != GeneratedCode.LEVEL) {
            throw new BpfException(
                    "use of " + resources.anchor().getName(),
                    "it was generated for level " + level + " of the runtime, and this is level " + GeneratedCode.LEVEL
                            + ": give nestmap-processor and nestmap-runtime the same version and compile again");
        }
    }

    private static <T> T make(LiveObject object, Function<BoundObject, T> constructor) {
        try {
            return constructor.apply(new BoundObject(object));
        } catch (Throwable e) {
            object.close();
            throw e;
        }
    }
}
