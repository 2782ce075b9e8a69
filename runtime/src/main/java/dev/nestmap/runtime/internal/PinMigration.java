/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.Migrated;
import dev.nestmap.runtime.Migration;
import dev.nestmap.runtime.PinAccess;
import dev.nestmap.runtime.internal.EntryCopy.Copied;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts a map of the records as they are in the place of a pinned one of the version before.
 *
 * <p>What is to be pinned is prepared in a directory beside, and moved when it is whole. Until then nothing that is pinned has
 * changed, and what an interrupted migration prepared is thrown away by the next. A plain map is moved in one step. For an
 * outer map {@link NestMigration} says what is pinned at each moment.
 */
final class PinMigration {
    private final PinnedMaps before;
    private final PinnedMaps after;
    private final MapFactory factory;
    private final Pins pins;
    private final Migration how;
    private final MapDef old;
    private final MapDef map;
    private final Schema schema;

    /** Of the map with this name, which may have been in a schema of before. */
    PinMigration(Schema schema, String name, Migration how, MapFactory factory, Pins pins) {
        this.schema = schema;
        this.map = schema.map(name).orElseThrow(() -> new IllegalArgumentException("no map " + name));
        this.old = how.before()
                .map(name)
                .filter(other -> other.role() == map.role())
                .orElseThrow(() -> new BpfException(
                        "migration of map " + name,
                        "the schema text of before has no such map; give it that of its version"));
        this.how = how;
        this.factory = factory;
        this.pins = pins;
        this.before = new PinnedMaps(how.before(), factory, pins);
        this.after = new PinnedMaps(schema, factory, pins);
    }

    /**
     * Migrates what is pinned at the place, if it is of the version before.
     *
     * @param pinsInners whether inner maps are to be pinned
     * @throws BpfException when it is of neither version, or can't be migrated; then it is as it was
     */
    Migrated run(PinPlace place, boolean pinsInners) {
        EntryCopy copy = copy();
        if (!isPinned(place)) {
            return Migrated.NOTHING;
        }
        boolean isNest = map.role() == MapRole.OUTER;
        NestMigration nest =
                new NestMigration(old, map, new NestCopy(schema, map, copy, factory, pins), factory, pins, place);
        try (Pins.Lock lock = pins.lock(place.migration(), place.options().forWriters())) {
            if (lock == null) {
                throw refused(place, "somebody else migrates it at this moment; wait for them");
            }
            boolean resumed = isNest && nest.isBarred();
            if (resumed) {
                nest.resume(); // of whichever version that was
            }
            Copied copied = migrate(place, raw -> isNest ? nest.run(raw, pinsInners) : plain(raw, place, copy), nest);
            return copied == null
                    ? resumed ? new Migrated(true, 0, 0, 0) : Migrated.NOTHING
                    : new Migrated(true, copied.maps(), copied.entries(), copied.evicted());
        }
    }

    private boolean isPinned(PinPlace place) {
        RawMap raw = pins.open(place.outer(), PinAccess.READ_WRITE);
        if (raw != null) {
            raw.close();
        }
        return raw != null;
    }

    private EntryCopy copy() {
        return map.role() == MapRole.OUTER
                ? EntryCopy.of(how.before().innerOf(old), schema.innerOf(map), how)
                : EntryCopy.of(old, map, how);
    }

    /** Null when it is as declared. */
    private @Nullable Copied migrate(PinPlace place, Function<RawMap, Copied> migration, NestMigration nest) {
        clear(place);
        RawMap raw = pins.open(place.outer(), PinAccess.READ_WRITE);
        if (raw == null) {
            return null;
        }
        try {
            Copied copied = isAsDeclared(raw, place) ? null : migration.apply(raw);
            clear(place);
            return copied;
        } catch (Throwable e) {
            new Cleanup(e).run(() -> {
                if (!nest.isBarred()) {
                    clear(place);
                }
            });
            throw e;
        } finally {
            raw.close();
        }
    }

    /** Removes what a migration prepared or put away. The directory stays: it is the lock. */
    private void clear(PinPlace place) {
        for (Path path : pins.list(place.migration())) {
            pins.list(path).forEach(pins::remove);
            pins.remove(path);
        }
    }

    /** Refuses what is of neither version, and what may be of both. */
    private boolean isAsDeclared(RawMap raw, PinPlace place) {
        List<String> now = after.differences(map, raw, place);
        List<String> then = before.differences(old, raw, place);
        if (!now.isEmpty() && !then.isEmpty()) {
            throw refused(
                    place,
                    "it is neither what is declared: it has " + String.join("; ", now)
                            + "; nor what the schema text of before says: it has " + String.join("; ", then));
        }
        if (map.role() != MapRole.OUTER && now.isEmpty() && then.isEmpty() && !isLaidOutAlike()) {
            throw refused(
                    place,
                    "the sizes are the same before and after, and the kernel tells no more of a plain map, so that it"
                            + " might be migrated twice: pin the new version under another name");
        }
        return now.isEmpty();
    }

    private boolean isLaidOutAlike() {
        return Objects.equals(old.key(), map.key()) && Objects.equals(old.value(), map.value());
    }

    private Copied plain(RawMap raw, PinPlace place, EntryCopy copy) {
        RawMap made = factory.of(map).create(MapShape.of(map), null);
        try {
            Copied copied = copy.copy(raw, made);
            pins.pin(made, place.prepared().outer(), place.options());
            pins.move(place.prepared().outer(), place.outer());
            return copied;
        } finally {
            made.close();
        }
    }

    private static BpfException refused(PinPlace place, String why) {
        return new BpfException("migration of the pin " + place.outer(), why);
    }
}
