/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.NestPins;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.Migration.Result;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A migration of one pinned map that has created, filled and pinned all new maps in the next generation. Until it is closed, it holds the claim of the
 * pin, so what was checked does not change.
 */
public final class PreparedMigration implements AutoCloseable {
    private final MapFactory factory;
    private final ClaimedPin claimed;
    private final RawMap old;
    private final EntryCopier copy;
    private final Result result;
    private final @Nullable OldNest nest;
    private final Pins.Lock held;

    /**
     * What is beside the pin of an outer map of the previous version.
     *
     * @param owner reads the slots
     * @param innerIds the ids of the inner maps in its slots
     * @param newLayout the fingerprint of the inner maps of the new version
     */
    record OldNest(NestPins owner, Set<Integer> innerIds, boolean isDraining, String newLayout) {}

    /**
     * @param old the old map, which this object closes
     * @param copy has copied the entries, unless they are drained or discarded
     * @param nest what is beside its pin, which this object closes; null if it is not an outer map
     * @param held a share of the claim of the pin
     */
    PreparedMigration(
            MapFactory factory,
            ClaimedPin claimed,
            RawMap old,
            EntryCopier copy,
            Result result,
            @Nullable OldNest nest,
            Pins.Lock held) {
        this.factory = factory;
        this.claimed = claimed;
        this.old = old;
        this.copy = copy;
        this.result = EntryCopier.sum(Result.NOTHING, result); // done, even without an inner map
        this.nest = nest;
        this.held = held;
    }

    /** The pins of the map, in the generation in use. */
    public PinPaths paths() {
        return claimed.paths();
    }

    /** The ids of the old maps: of the map and of the inner maps in its slots. */
    public Set<Integer> oldIds() {
        Set<Integer> ids = new HashSet<>(nest == null ? Set.of() : nest.innerIds());
        ids.add(old.id());
        return ids;
    }

    /** Whether the old inner maps are drained. */
    public boolean isDraining() {
        return nest != null && nest.isDraining();
    }

    /**
     * Counts the old maps that somebody has written to since their entries were copied. Called before {@link #close}. Leaves out inner maps
     * that this process may not open.
     */
    public int changedSinceCopy() {
        int changed = 0;
        for (int id : copy.copied().keySet()) {
            RawMap map = id == old.id() ? old.duplicate() : InnerMapSampleFinder.ifAllowed(() -> factory.open(id));
            if (map != null) {
                try (map) {
                    changed += copy.isChanged(map) ? 1 : 0;
                }
            }
        }
        return changed;
    }

    /** The number of maps and entries. */
    public Result result() {
        return result;
    }

    /**
     * Gives the inner maps in the slots of the new map names in the old generation, which is about to be in use again. Then the next load with a
     * migration between the two versions drains them. The maps that had been displaced before have their names there.
     *
     * @param current the new map
     * @param named the ids of inner maps that have a name already
     */
    public void retireNew(Generation generation, RawMap current, Set<Integer> named) {
        if (nest == null) {
            return;
        }
        Pins pins = claimed.pins();
        PinPaths paths = claimed.paths();
        for (NestPins.Inner inner : nest.owner().inners(current)) {
            if (!named.add(inner.id())) {
                continue;
            }
            SlotKey slot = inner.slots().get(0);
            String key = String.valueOf(slot.key());
            RawMap pinned = nest.owner().open(slot, inner.id());
            try (RawMap map = Objects.requireNonNull(
                    pinned != null ? pinned : factory.open(inner.id()), "this process owns the slots")) {
                Path pin = paths.inner(key);
                new RetiredMapPins(pins, paths)
                        .retire(
                                generation,
                                paths.coming(),
                                nest.newLayout(),
                                key,
                                map,
                                pins.isPinned(map, pin) ? pin : null,
                                false);
            }
        }
    }

    @Override
    public void close() {
        Cleanup cleanup = new Cleanup();
        if (nest != null) {
            cleanup.run(nest.owner()::close);
        }
        cleanup.run(old::close).run(held::close).rethrow();
    }
}
