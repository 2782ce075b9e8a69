/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EMFILE;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates empty inner maps for one outer map, and opens an inner map by its pin or, without a pin, by its id. Rejects inner maps that the kernel does
 * not accept in the outer map, or that would not work there.
 */
final class InnerMapDescriptors {
    private static final MapShape PROBE = new MapShape("probe", MapKind.ARRAY_OF_MAPS, 4, 4, 1, 0);

    private final OpenMap outer;
    private final MapShape inner;
    private final MapFactory factory;
    private final @Nullable NestPins pins;
    private final DescriptorLimit limit = DescriptorLimit.ofProcess();
    private final KnownInnerMaps knownMaps;

    /** Whether rotations put in maps of the declared size, if that is larger. */
    private volatile boolean growsInners;

    /**
     * @param inner the shape of inner maps as the records declare it
     * @param pins the pins beside the outer map's pin; null if the outer map is not pinned
     */
    InnerMapDescriptors(OpenMap outer, MapShape inner, MapFactory factory, @Nullable NestPins pins) {
        this.outer = outer;
        this.inner = inner;
        this.factory = factory;
        this.pins = pins;
        this.knownMaps = new KnownInnerMaps(outer, this, limit.mostSpares(), inner.isReadOnlyToPrograms());
    }

    /** The inner maps whose descriptors these are. */
    KnownInnerMaps knownMaps() {
        return knownMaps;
    }

    /** Logs a warning if the outer map can have more inner maps than this process may open files. */
    void compareOpenFiles() {
        limit.compare(outer.shape());
    }

    /** How many of the wanted inner maps should be created at a time. */
    int most(int wanted) {
        return limit.mostAtOnce(wanted);
    }

    /** The same beside the files that this process has open now. */
    int mostNow(int wanted) {
        return limit.mostNow(wanted);
    }

    /**
     * Opens the map with this id. The caller owns the result. Null if the map no longer exists, or is no longer in the slot.
     *
     * @throws BpfException if the map is in the slot, and the kernel refuses to open it
     */
    @Nullable
    RawMap open(SlotKey slot, int id) {
        return creating(() -> tryOpen(slot, id));
    }

    private @Nullable RawMap tryOpen(SlotKey slot, int id) {
        RawMap pinned = pins == null ? null : pins.open(slot, id);
        if (pinned != null) {
            return pinned;
        }
        RawMap opened;
        try {
            opened = factory.open(id);
        } catch (BpfException e) {
            if (slot.innerId(outer) != id) {
                return null; // another process has replaced the map; it replaces the pin first
            }
            throw e;
        }
        if (opened == null || pins == null) {
            return opened;
        }
        // Before it was open, another process may have displaced, recycled and published it, in another slot.
        try (Undo undo = new Undo(opened::close)) {
            return slot.innerId(outer) == id ? undo.commit(opened) : null;
        }
    }

    /**
     * Creates an empty map, which the caller owns. An empty slot always gets a new map, never a recycled one. So an id that a listener to
     * requests has stored never belongs to another map at the same key.
     */
    OpenMap create(MapShape shape) {
        // The factory uses the object that the outer map belongs to, which is open as long as the outer map is.
        return creating(() -> outer.whileValid(() -> handle(factory.create(shape.requireSize(), null))));
    }

    /** Rejects the shape of a new map. */
    void requireCreatable(MapShape shape) {
        requireCompatible("creation of an inner map", null, shape, "create it with the declared number of entries");
    }

    /**
     * Rejects the shape of a map. Nothing has changed yet.
     *
     * @param remedy what the caller can do
     */
    void requireCompatible(String operation, @Nullable SlotKey slot, MapShape shape, String remedy) {
        InnerMapCompatibility.difference(inner, shape)
                .filter(difference -> !InnerMapCompatibility.isUsable(inner, shape) || !isAccepted(shape))
                .ifPresent(difference -> {
                    throw BpfException.of(Reason.MISMATCH, operation)
                            .map(outer.shape().name())
                            .key(slot == null ? null : slot.key())
                            .because("the map differs from the declared inner map: " + difference + "; " + remedy);
                });
    }

    /**
     * Asks the kernel, with new maps of the same shapes, whether an outer map accepts an inner map that differs. An update of the outer map
     * itself would put the map into a slot. False if this process can't create the new maps.
     */
    private boolean isAccepted(MapShape shape) {
        // The kernel accepts no BTF types for an outer map, after which a factory creates no more maps with types.
        MapFactory untyped = factory.of(PROBE.definition(PROBE.name(), MapRole.OUTER));
        try (OpenMap prototype = create(inner);
                OpenMap asked = create(shape);
                RawMap probe = untyped.create(PROBE, prototype.raw())) {
            return probe.update(OffHeapBlock.allocate(Integer.BYTES), 0, asked.raw(), RawMap.ANY) == 0;
        } catch (BpfException e) {
            return false;
        }
    }

    /** Lets rotations put in maps of the declared size, if that is larger. Unpinned maps have the sizes that this process gave them. */
    void growInners() {
        growsInners = pins != null;
    }

    /**
     * Returns an empty map with the name and size of another one, or of the declared size if that {@linkplain #growInners has grown}: a recycled
     * one if there is one, or else a new one. Other attributes are the declared ones, because the kernel does not report all of them: neither
     * the NUMA node nor the access flags.
     */
    OpenMap createLike(MapShape other) {
        long size = growsInners ? Math.max(other.maxEntries(), inner.maxEntries()) : other.maxEntries();
        MapShape shape = inner.withName(other.name()).withMaxEntries(size).withExtra(other.extra());
        RawMap spare = knownMaps.spares().take(shape);
        return spare == null ? create(shape) : handle(spare);
    }

    private OpenMap handle(RawMap raw) {
        return new OpenMap(inner.name(), raw, outer.failure());
    }

    /** Runs an action that opens or creates a map. If the process can't open another file, closes the recycled maps, and runs it again. */
    <T extends @Nullable Object> T creating(Supplier<T> action) {
        while (true) {
            try {
                return action.get();
            } catch (BpfException e) {
                if (e.errnoNumber() != EMFILE) {
                    throw e;
                }
                if (knownMaps.spares().trim(0) == 0) {
                    throw limit.exhausted(e);
                }
            }
        }
    }
}
