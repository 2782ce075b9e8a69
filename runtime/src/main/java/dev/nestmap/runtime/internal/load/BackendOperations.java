/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.MemoryBackend;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.object.AttachedLink;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.internal.kernel.pin.PinAttributes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.LockHolder;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.VariablePlace;
import dev.nestmap.schema.text.PinnedMapText;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations that choose between the backends of kernel and heap: load an object, open or create a map without an object.
 */
public final class BackendOperations {
    private BackendOperations() {}

    /** Loads an object, which must match the generated class if it has one. */
    public static LoadedState load(LoadSettings settings) {
        return load(settings, object -> {});
    }

    /**
     * Does the same, and prepares the object before its first program is attached.
     *
     * @param preparation runs when the maps are ready
     */
    public static LoadedState load(LoadSettings settings, Consumer<LoadedState> preparation) {
        FullHeapCheck.log();
        String header = settings.content().schema().header();
        PinOptions options = settings.pinOptions();
        return RunningOperation.of(Operation.Kind.LOAD, header, observation -> {
            KernelPins pins = new KernelPins(options);
            LoadedState loaded = new LoadRun(
                            settings,
                            new KernelMapFactory(),
                            pins,
                            plan -> KernelObject.load(header, settings.elf(), plan, new LinkPins(pins, options)),
                            KernelMapFactory::awaitGracePeriod,
                            preparation)
                    .run();
            observation.result(loaded.schema().maps().size(), 0);
            return loaded;
        });
    }

    /** Creates the declared maps in memory. */
    public static LoadedState inMemory(GeneratedClass generated) {
        Schema records = generated.schema();
        Schema schema =
                withCpus(records, () -> PossibleCpus.upTo(Runtime.getRuntime().availableProcessors()));
        schema.maps().forEach(BackendOperations::requireSize);
        ObjectBackend backend = MemoryBackend.find().create(schema, generated.values());
        Map<String, VariablePlace> variables = new HashMap<>();
        backend.offsets().forEach((name, offset) -> {
            String section = schema.global(name).orElseThrow().section();
            variables.put(name, new VariablePlace(name, section, offset));
        });
        LoadedState object = new LoadedState(schema, records, backend, Map.of(), variables, Set.of(), Set.of());
        try (Undo undo = new Undo(object::close)) {
            object.countLostEvents(schema);
            object.createRequestTables();
            return undo.commit(object);
        }
    }

    /** Opens a pinned map that must match the generated class. The caller owns it. */
    public static ObjectlessMap openPinned(
            GeneratedClass generated, DeclaredPin pin, MapAccess access, PinOptions options) {
        Schema schema = generated.schema();
        KernelPins pins = access == MapAccess.READ_ONLY ? KernelPins.forReading() : new KernelPins(options);
        ExistingMapFinder maps = finder(schema, pins);
        return new ObjectlessMapOpener(maps)
                .open(definition(maps.schema(), pin.map()), pin.paths(options, access, pins), pin.inners());
    }

    /** Opens a map by its id, which must match the generated class. The caller owns it. */
    public static ObjectlessMap open(
            GeneratedClass generated, String map, int id, MapAccess access, PinOptions options) {
        ExistingMapFinder maps = finder(generated.schema(), new KernelPins());
        RawMap byId = new KernelMapFactory().open(id, access);
        return new ObjectlessMapOpener(maps).open(definition(maps.schema(), map), id, byId, options);
    }

    /** Opens a map that no record declares, by its id. The caller owns it. Null if there is no such map. */
    public static @Nullable OpenMap open(int id) {
        return handle(new KernelMapFactory().open(id));
    }

    /** Opens a pinned map that no record declares. The caller owns it. Null if nothing is pinned there. */
    public static @Nullable OpenMap open(Path pin, MapAccess access, PinOptions options) {
        KernelPins pins = access == MapAccess.READ_ONLY ? KernelPins.forReading() : new KernelPins(options);
        return handle(PinFormat.open(pins, PinPaths.find(options.root().resolve(pin), pins), access));
    }

    /**
     * Opens a pinned outer map that no record declares, to change its slots. The caller owns it. Null if it is not pinned there any more.
     *
     * @param schema declares the outer map and its inner maps, as the kernel describes them
     * @param outer the name of the outer map in this schema
     * @param id the id of the map that was pinned there when the schema was read
     * @param sample an inner map, whose BTF types new inner maps get; null if they get those of the schema
     * @param attributes what new pins get
     */
    public static @Nullable ObjectlessMap openOuter(
            Path pin, PinAttributes attributes, Schema schema, String outer, int id, @Nullable OpenMap sample) {
        KernelPins pins = new KernelPins(attributes);
        PinOptions options = attributes.options();
        KernelMapFactory factory = new KernelMapFactory();
        ExistingMapFinder maps =
                new ExistingMapFinder(schema, schema, sample == null ? factory : factory.like(sample.raw()), pins);
        PinPaths paths = PinPaths.of(options.root().resolve(pin), options, MapAccess.READ_WRITE, pins);
        return new ObjectlessMapOpener(maps).openDescribed(definition(maps.schema(), outer), id, paths);
    }

    /**
     * Reads what a pinned map says about itself. Null if other software has pinned it, or if another map is pinned there by now.
     *
     * @param id the id of the map
     * @throws BpfException if there is no text, if it describes another map, or if this version can't read it
     */
    public static @Nullable PinnedMapText textOf(Path pin, int id) {
        return ifPinned(pin, id, view -> PinFormat.text(view, pin, id));
    }

    /**
     * Does the same for an inner map that is pinned beside its outer map, or waits there: the text is that of the outer map.
     *
     * @throws BpfException if this version can't read the text
     */
    public static @Nullable PinnedMapText textOfInner(Path pin, int id) {
        Path directory = Objects.requireNonNull(pin.getParent(), "a pin is in a directory");
        String name = String.valueOf(directory.getFileName());
        String ofOuter = name.replaceFirst("(" + PinNames.INNERS + "|" + PinNames.DRAINING + ")$", PinNames.SCHEMA);
        Path text =
                PinNames.isGroup(name) ? directory.resolve(PinNames.GROUP_SCHEMA) : directory.resolveSibling(ofOuter);
        boolean isOfInners = PinNames.isGroup(name) || !ofOuter.equals(name);
        return isOfInners ? ifPinned(pin, id, view -> PinFormat.parse(pin, text, view)) : null;
    }

    private static <T> @Nullable T ifPinned(Path pin, int id, Function<Pins, @Nullable T> action) {
        return KernelPins.forReading()
                .reading(
                        pin,
                        view -> {
                            try (RawMap pinned = view.open(pin, MapAccess.READ_ONLY)) {
                                return pinned == null || pinned.id() != id ? null : action.apply(view);
                            }
                        },
                        unused -> {});
    }

    /** Opens a pinned link, which may belong to another user. The caller closes it. */
    public static KernelLink openLink(Path link, PinAttributes attributes) {
        return AttachedLink.open(link, attributes);
    }

    /** Where the map is pinned that a user names: in the set, or at the path itself if other software has pinned it there. */
    public static Path pinOf(Path pin) {
        return PinPaths.find(pin.toAbsolutePath(), KernelPins.forReading());
    }

    /** The process that owns the pins in the directory of a pin; empty if none does, or this process may not know it. */
    public static OptionalLong owner(Path pin) {
        LockHolder holder = PinClaim.ownerOf(pin.toAbsolutePath().normalize());
        return holder == null ? OptionalLong.empty() : OptionalLong.of(holder.process());
    }

    /**
     * Acquires the ownership of a pin and of those beside it, also if nothing is pinned at the path. The objects of this process can still claim
     * them. The caller closes the result.
     */
    public static Closeable ownPins(Path pin, PinAttributes attributes) {
        Pins pins = new KernelPins(attributes);
        String operation = "ownership of the pin " + pin;
        return PinClaim.shared(pins, pin, attributes.options()).acquire(operation)::close;
    }

    /** Begins a generation that has fewer maps, and lets no guest attach a program. The caller owns the set, and closes the result. */
    public static Generation endMaps(Path set, PinAttributes attributes) {
        Generation rest = new Generation(
                "end of the maps in " + set, new KernelPins(attributes), set, attributes.options(), Map.of());
        try (Undo undo = new Undo(rest::close)) {
            rest.shut();
            return undo.commit(rest);
        }
    }

    private static @Nullable OpenMap handle(@Nullable RawMap raw) {
        return raw == null ? null : new OpenMap(raw.shape().name(), raw).watched();
    }

    /** Creates an outer map without an object, and pins it unless {@code pin} is null. The caller owns it. */
    public static ObjectlessMap create(
            GeneratedClass generated, String outer, @Nullable DeclaredPin pin, PinOptions options) {
        Schema records = generated.records();
        KernelMapFactory factory = new KernelMapFactory();
        Schema sized = withCpus(generated.withSizes(records), factory::possibleCpus);
        MapDef map = definition(sized, outer);
        requireSize(map);
        requireSize(sized.innerOf(map));
        ExistingMapFinder maps = new ExistingMapFinder(records, sized, factory, new KernelPins(options));
        PinPaths paths = pin == null ? null : pin.paths(options, MapAccess.READ_WRITE, maps.pins());
        ObjectlessMap created = new ObjectlessMapOpener(maps)
                .create(
                        definition(maps.schema(), outer),
                        paths == null ? null : paths.outer(),
                        options,
                        pin != null && pin.inners());
        if (paths != null) {
            paths.link(maps.pins());
        }
        return created;
    }

    /** Finds maps for an open without an object. Only the opened map and its inner map need a size. */
    private static ExistingMapFinder finder(Schema schema, KernelPins pins) {
        return new ExistingMapFinder(schema, schema, new KernelMapFactory(), pins);
    }

    /** Sets the size of perf event arrays: an entry for each number of a CPU. */
    static Schema withCpus(Schema schema, Supplier<PossibleCpus> cpus) {
        return schema.withSizes(map -> map.kind() == MapKind.PERF_EVENT_ARRAY
                ? OptionalLong.of(cpus.get().range())
                : OptionalLong.empty());
    }

    static void requireSize(MapDef map) {
        MapShape.of(map).requireSize();
    }

    static MapDef definition(Schema schema, String map) {
        return schema.map(map)
                .orElseThrow(() -> new IllegalArgumentException(schema.origin() + " declares no map " + map));
    }
}
