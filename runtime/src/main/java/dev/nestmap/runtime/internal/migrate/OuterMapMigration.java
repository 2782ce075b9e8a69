/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.EntryCopy.Copied;
import dev.nestmap.runtime.internal.pin.InnerMapSlots;
import dev.nestmap.runtime.internal.pin.KeyFileNames;
import dev.nestmap.runtime.internal.pin.OuterMapPins;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.compare.EntryLayout;
import dev.nestmap.schema.type.CType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The migration of an outer map: what is prepared, and when it is published.
 *
 * <p>When all is prepared, a {@link MigrationBarrier} takes the place of the prototype. Then the outer map, the pins of the inner maps
 * and last the new prototype are moved into their places. A process that ends before the barrier leaves the map of before, which is
 * migrated from the beginning; one that ends later leaves moves, which are made.
 */
final class OuterMapMigration {
    private final MapDef old;
    private final MapDef map;
    private final OuterMapCopy copy;
    private final Pins pins;
    private final PinPaths place;
    private final MigrationBarrier barrier;

    OuterMapMigration(MapDef old, MapDef map, OuterMapCopy copy, Pins pins, PinPaths place, MigrationBarrier barrier) {
        this.old = old;
        this.map = map;
        this.copy = copy;
        this.pins = pins;
        this.place = place;
        this.barrier = barrier;
    }

    /** Migrates an outer map of the version before. */
    Copied run(RawMap raw, boolean pinsInners) {
        CType key = Objects.requireNonNull(map.key(), "an outer map has keys");
        List<String> changes = EntryLayout.keyChanges(map, old);
        if (!changes.isEmpty()) {
            throw refused("it was a " + spelling(old) + " and is now a " + spelling(map) + " ("
                    + String.join("; ", changes)
                    + "), and of an outer map only what is in its inner maps is migrated: leave its own keys and its type as"
                    + " they were, or pin the new version under another name");
        }
        OuterMapPins beside = new OuterMapPins(pins, place, key, false);
        try {
            if (!beside.own()) {
                throw refused("another process has it open and takes maps out of it; end that first");
            }
            List<InnerMapSlots> occupants = InnerMapSlots.of(raw, new KeyFileNames(key));
            refuseUndrained(occupants.stream().map(InnerMapSlots::id).collect(Collectors.toSet()));
            Copied copied = copy.run(occupants, beside, place.prepared(), pinsInners || beside.pinsInners());
            barrier.put();
            barrier.resume();
            return copied;
        } finally {
            beside.close();
        }
    }

    /** Unpins what was to be displaced and is in its slot still: under the new map nothing would tell that it was copied. */
    private void refuseUndrained(Set<Integer> inSlots) {
        List<Path> undrained = new ArrayList<>();
        for (Path path : pins.list(place.draining())) {
            RawMap displaced = pins.open(path, PinAccess.READ_WRITE);
            if (displaced != null) {
                int id = displaced.id();
                displaced.close();
                if (inSlots.contains(id)) {
                    pins.remove(path);
                } else {
                    undrained.add(path);
                }
            }
        }
        if (!undrained.isEmpty()) {
            throw refused(
                    "maps that were taken out of it are not drained: " + undrained
                            + "; drain them with the version before (recoverUndrained()), or remove the pins if their content may go");
        }
    }

    private static String spelling(MapDef map) {
        return map.kind() + " with keys "
                + Objects.requireNonNull(map.key(), "an outer map has keys").spelling();
    }

    private BpfException refused(String why) {
        return PinMigration.refused(place, why);
    }
}
