/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.heap.HeapObject;
import dev.nestmap.runtime.internal.kernel.KernelMaps;
import dev.nestmap.runtime.internal.kernel.KernelObject;
import dev.nestmap.runtime.internal.kernel.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.migrate.PinMigration;
import dev.nestmap.runtime.internal.outer.OpenedMap;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.pin.SlotReuse;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** From files to live objects. An object is compared with what was declared before the kernel sees it. */
public final class ObjectLoader {
    private ObjectLoader() {}

    /** Loads the object that lies beside the generated class. */
    public static LiveObject load(ObjectResources resources, List<DeclaredPin> pins, PinOptions options) {
        return load(resources.header(), resources.object(), maps(resources), pins, options);
    }

    /** Loads an object file that has to be what the generated class was made for. */
    public static LiveObject load(ObjectResources resources, Path object, List<DeclaredPin> pins, PinOptions options) {
        return load(object.toString(), read(object), maps(resources), pins, options);
    }

    /** Loads any object file. */
    public static LiveObject load(Path object) {
        String name = object.toString();
        byte[] bytes = read(object);
        return load(name, bytes, pinned(schemaOf(name, bytes)), List.of(), PinOptions.asDeclared());
    }

    /** The maps that are declared, in memory. */
    public static LiveObject inMemory(ObjectResources resources) {
        Schema schema = withCpus(resources.schema(), Runtime.getRuntime()::availableProcessors);
        schema.maps().forEach(ObjectLoader::requireSize);
        DeclaredSlots slots = new DeclaredSlots("creation of object " + schema.header(), schema, SlotReuse.AS_DECLARED);
        return live(schema, new HeapObject(schema), slots);
    }

    /** Makes sure that a map of an object is as declared. */
    public static void verify(LiveObject object, String map, ObjectResources resources) {
        Schema declared = resources.schema();
        List<MapDef> maps = new ArrayList<>();
        declared.map(map).ifPresent(definition -> {
            if (definition.inner() != null) {
                maps.add(declared.innerOf(definition));
            }
            maps.add(definition);
            RequestMaps.in(declared, definition)
                    .ifPresent(requests -> requests.maps().forEach(maps::add));
        });
        Schema part = new Schema(declared.origin(), declared.header(), List.of(), List.of(), maps);
        refuse("binding of map " + map + " of object " + object.schema().header(), part, object.schema(), Set.of());
    }

    /** A pinned map that has to be what the generated class was made for; the caller's own. */
    public static OpenedMap openPinned(
            ObjectResources resources, String map, Path pin, PinAccess access, boolean pinsInners) {
        Schema schema = resources.schema();
        return pinned(schema).open(definition(schema, map), pin, access, pinsInners);
    }

    /** A new outer map as the generated class declares it; the caller's own. */
    public static OpenedMap create(ObjectResources resources, String map) {
        PinnedMaps maps = maps(resources, map);
        return maps.create(definition(maps.schema(), map), null, PinOptions.asDeclared(), false);
    }

    /** The same, pinned. */
    public static OpenedMap create(ObjectResources resources, DeclaredPin pin, PinOptions options) {
        PinnedMaps maps = maps(resources, pin.map());
        return maps.create(definition(maps.schema(), pin.map()), pin.path(options), options, pin.inners());
    }

    /** Puts a map as the generated class declares it in the place of a pinned one of the version before. */
    public static Migrated migrate(ObjectResources resources, DeclaredPin pin, PinOptions options, Migration how) {
        PinPaths place = new PinPaths(pin.path(options), options, PinAccess.READ_WRITE);
        Schema records = resources.records();
        return new PinMigration(records, resources.sized(records), pin.map(), how, new KernelMaps(), new KernelPins())
                .run(place, pin.inners());
    }

    /** Of what is to be loaded: each map has a size. */
    private static PinnedMaps maps(ObjectResources resources) {
        PinnedMaps maps = withSizes(resources);
        maps.schema().maps().forEach(ObjectLoader::requireSize);
        return maps;
    }

    /** Of an outer map and what it holds: nobody has to say the sizes of others. */
    private static PinnedMaps maps(ObjectResources resources, String outer) {
        PinnedMaps maps = withSizes(resources);
        MapDef map = definition(maps.schema(), outer);
        requireSize(map);
        requireSize(maps.schema().innerOf(map));
        return maps;
    }

    private static PinnedMaps withSizes(ObjectResources resources) {
        Schema records = resources.records();
        Schema sized = withCpus(resources.sized(records), () -> new KernelMaps().possibleCpus());
        return new PinnedMaps(records, sized, new KernelMaps(), new KernelPins());
    }

    private static PinnedMaps pinned(Schema schema) {
        return new PinnedMaps(schema, new KernelMaps(), new KernelPins());
    }

    /** Arrays of perf events have an entry for each CPU. */
    private static Schema withCpus(Schema schema, LongSupplier cpus) {
        return schema.sized(map ->
                map.kind() == MapKind.PERF_EVENT_ARRAY ? OptionalLong.of(cpus.getAsLong()) : OptionalLong.empty());
    }

    private static void requireSize(MapDef map) {
        MapShape.of(map).requireSize();
    }

    private static MapDef definition(Schema schema, String map) {
        return schema.map(map)
                .orElseThrow(() -> new IllegalArgumentException(schema.origin() + " declares no map " + map));
    }

    private static LiveObject load(
            String name, byte[] bytes, PinnedMaps maps, List<DeclaredPin> pins, PinOptions options) {
        Schema declared = maps.schema();
        ObjectFile file = fileOf(name, bytes);
        Schema written = file.schema();
        Schema actual = LoadTimeSizes.settle(declared, written);
        refuse("load of object " + name, declared, actual, file.relocatedTypes());
        refuseOpenEnds(name, actual);
        DeclaredSlots slots = new DeclaredSlots("load of object " + name, declared, options.slots());
        if (pins.isEmpty() && actual.equals(written)) {
            return live(actual, KernelObject.load(actual.header(), bytes), slots);
        }
        PlannedLoad load = new PlannedLoad(maps, written, slots, pins, options);
        return load.load(plan -> KernelObject.load(actual.header(), bytes, plan), actual);
    }

    /** The kernel would say EINVAL. */
    private static void refuseOpenEnds(String name, Schema actual) {
        actual.maps().stream()
                .filter(map -> map.role() == MapRole.OUTER && map.inner() == null)
                .findFirst()
                .ifPresent(map -> {
                    throw BpfException.of("load of object " + name)
                            .map(map.name())
                            .because(
                                    "it does not say what the map holds (__array(values, ...) in C): load it by the class that is"
                                            + " generated for records which do, with load(Path)")
                            .build();
                });
    }

    private static LiveObject live(Schema schema, ObjectBackend backend, DeclaredSlots slots) {
        try {
            LiveObject object = new LiveObject(schema, backend);
            slots.fill(object, Set.of());
            return object;
        } catch (Throwable e) {
            backend.close();
            throw e;
        }
    }

    private static void refuse(String operation, Schema declared, Schema actual, Set<String> relocated) {
        List<Difference> differences = SchemaComparison.compare(declared, actual, relocated);
        if (!differences.isEmpty()) {
            String list = differences.stream().map(d -> "\n  " + d.message()).collect(Collectors.joining());
            throw new BpfException(
                    operation,
                    "it is not what " + declared.origin() + " declares:" + list
                            + "\nCompile it again, against the generated header " + declared.header() + ".bpf.h");
        }
    }

    private static Schema schemaOf(String name, byte[] bytes) {
        return fileOf(name, bytes).schema();
    }

    private static ObjectFile fileOf(String name, byte[] bytes) {
        try {
            return ObjectFile.parse(name, bytes);
        } catch (MalformedObjectException e) {
            String reason = "it can't be read: " + e.getMessage()
                    + "; make it anew, with nestmap-maven-plugin or with clang -g" + " -O2 -target bpf";
            throw BpfException.of("load of object " + name)
                    .because(reason)
                    .cause(e)
                    .build();
        }
    }

    private static byte[] read(Path object) {
        try {
            return Files.readAllBytes(object);
        } catch (IOException e) {
            int errno = ErrnoNumbers.of(e);
            String why = errno == 0 ? e.toString() : null;
            throw BpfException.of("reading of object " + object)
                    .errno(errno)
                    .because(why)
                    .cause(e)
                    .build();
        }
    }
}
