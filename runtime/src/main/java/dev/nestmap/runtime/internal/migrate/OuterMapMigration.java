/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.EntryCopy.Copied;
import dev.nestmap.runtime.internal.migrate.RetiredMaps.Retired;
import dev.nestmap.runtime.internal.pin.PinLock;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedNest;
import dev.nestmap.runtime.internal.pin.PinnedNest.Inner;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.compare.EntryLayout;
import dev.nestmap.schema.type.CType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Migrates a pinned outer map with its inner maps.
 *
 * <p>{@link MigrationPins} has the steps, and what an interrupted migration leaves.
 */
final class OuterMapMigration {
    private final MapDef oldMap;
    private final MapDef newMap;
    private final OuterMapCopy copy;
    private final PinLock lock;
    private final Pins pins;
    private final PinPaths paths;
    private final MigrationPins migrationPins;
    private final RetiredMaps retired;

    /** The fingerprint of the old inner maps' layout if they are retired; null if they are copied. */
    private final @Nullable String retiredLayout;

    OuterMapMigration(
            MapDef oldMap,
            MapDef newMap,
            OuterMapCopy copy,
            PinLock lock,
            MigrationPins migrationPins,
            @Nullable String retiredLayout) {
        this.retired = new RetiredMaps(lock.pins(), lock.paths());
        this.retiredLayout = retiredLayout;
        this.oldMap = oldMap;
        this.newMap = newMap;
        this.copy = copy;
        this.lock = lock;
        this.pins = lock.pins();
        this.paths = lock.paths();
        this.migrationPins = migrationPins;
    }

    /** Rejects what {@link #run} rejects before it prepares anything. */
    void requirePossible(RawMap oldOuter) {
        owningSlots(oldOuter, (oldPins, oldInners) -> Copied.NOTHING);
    }

    /** Migrates the old outer map. */
    Copied run(RawMap oldOuter, boolean pinsInners) {
        return owningSlots(oldOuter, (oldPins, oldInners) -> {
            if (retiredLayout != null) {
                oldPins.undrained(oldInners).forEach(pin -> retired.prepare(retiredLayout, pin));
            }
            Copied copied = copy.run(oldInners, oldPins, paths.prepared(), pinsInners || oldPins.pinsInners());
            migrationPins.pinBarrier();
            migrationPins.finish();
            return copied;
        });
    }

    /** Runs an action while no other process takes inner maps out. */
    private Copied owningSlots(RawMap oldOuter, BiFunction<PinnedNest, List<Inner>, Copied> action) {
        requireSameKeys();
        PinnedNest oldPins = new PinnedNest(lock, keyOf(newMap), false);
        try {
            if (!oldPins.acquireOwnership(oldOuter)) {
                throw rejected(
                        "another process owns its slots (it rotates or takes inner maps); end that process first");
            }
            List<Inner> oldInners = oldPins.inners(oldOuter);
            List<Path> undrained = oldPins.undrained(oldInners);
            if (retiredLayout == null) {
                requireDrained(undrained);
            }
            oldInners.forEach(inner -> requireRoom(copy.open(inner, oldPins)));
            Stream.concat(undrained.stream(), retired.list().stream().map(Retired::pin))
                    .map(pin ->
                            Objects.requireNonNull(pins.open(pin, PinAccess.READ_WRITE), "this process owns the slots"))
                    .forEach(this::requireRoom);
            return action.apply(oldPins, oldInners);
        } finally {
            oldPins.close();
        }
    }

    private void requireSameKeys() {
        List<String> changes = EntryLayout.keyChanges(newMap, oldMap);
        if (!changes.isEmpty()) {
            throw rejected("it changes from " + spelling(oldMap) + " to " + spelling(newMap) + " ("
                    + String.join("; ", changes)
                    + "). Nestmap migrates the entries of inner maps only: keep the type and the keys of the outer map, or pin the"
                    + " new version under another name, where it starts empty");
        }
    }

    private void requireRoom(RawMap oldInner) {
        MapShape shape = oldInner.shape();
        oldInner.close();
        EntryCopy.requireRoom(shape, copy.entries().shapeFor(shape));
    }

    /** @param displaced the pins of displaced maps, without those that are still in a slot: their entries are copied */
    private void requireDrained(List<Path> displaced) {
        List<Path> undrained = new ArrayList<>(displaced);
        retired.list().forEach(map -> undrained.add(map.pin()));
        if (!undrained.isEmpty()) {
            throw rejected(
                    "maps that were taken out of it are not drained: " + undrained
                            + "; drain them with the previous version (recoverUndrained()). Removing these pins instead deletes their entries");
        }
    }

    private static String spelling(MapDef map) {
        return map.kind() + " with keys " + keyOf(map).spelling();
    }

    private static CType keyOf(MapDef outer) {
        return Objects.requireNonNull(outer.key(), "an outer map has keys");
    }

    private BpfException rejected(String explanation) {
        return PinMigration.rejected(paths, explanation);
    }
}
