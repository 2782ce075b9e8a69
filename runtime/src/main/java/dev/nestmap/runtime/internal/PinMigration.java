/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.Migrated;
import dev.nestmap.runtime.Migration;
import dev.nestmap.runtime.PinAccess;
import dev.nestmap.runtime.internal.EntryCopy.Copied;
import dev.nestmap.schema.EntryLayout;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts a map of the records as they are in the place of a pinned one of the version before.
 *
 * <p>What is to be pinned is prepared in a directory beside, and moved when it is whole. Until then nothing that is pinned has
 * changed, and what an interrupted migration prepared is thrown away by the next. A plain map is moved in one step. For an
 * outer map {@link NestMigration} says what is pinned at each moment.
 */
final class PinMigration {
    private final Schema records;
    private final MapDef map;
    private final boolean isNest;
    private final Migration how;
    private final PinnedMaps after;
    private final MapFactory factory;
    private final Pins pins;

    /** How maps of the version before become those of now. */
    private record Plan(Previous previous, EntryCopy copy) {}

    /** Of the map with this name, which may have been in a schema of before. What the records leave to the load stays as large as it is. */
    PinMigration(Schema records, String name, Migration how, MapFactory factory, Pins pins) {
        this(records, records, name, how, factory, pins);
    }

    /**
     * The same with sizes for what the records leave to the load.
     *
     * @param sized the records with them; what is left open there too stays as large as it is
     */
    PinMigration(Schema records, Schema sized, String name, Migration how, MapFactory factory, Pins pins) {
        this.records = records;
        this.map = sized.map(name).orElseThrow(() -> new IllegalArgumentException("no map " + name));
        this.isNest = map.role() == MapRole.OUTER;
        this.how = how;
        this.after = new PinnedMaps(records, sized, factory, pins);
        this.factory = factory;
        this.pins = pins;
    }

    /**
     * Migrates what is pinned at the place, if it is of the version before.
     *
     * @param pinsInners whether inner maps are to be pinned
     * @throws BpfException when it is of neither version, or can't be migrated; then it is as it was
     */
    Migrated run(PinPlace place, boolean pinsInners) {
        Optional<Plan> said = how.before().map(before -> plan(Previous.said(before, map), after));
        if (!isPinned(place)) {
            return Migrated.NOTHING;
        }
        try (Pins.Lock lock = pins.lock(place.migration(), place.options().forWriters())) {
            if (lock == null) {
                throw refused(place, "somebody else migrates it at this moment; wait for them");
            }
            NestBarrier barrier = new NestBarrier(factory, pins, place);
            boolean resumed = isNest && barrier.isUp();
            if (resumed) {
                barrier.resume(); // of whichever version that was
            }
            Migrated migrated = migrate(place, said.orElse(null), barrier, pinsInners);
            return resumed && !migrated.done() ? new Migrated(true, 0, 0, 0) : migrated;
        }
    }

    private boolean isPinned(PinPlace place) {
        RawMap raw = pins.open(place.outer(), PinAccess.READ_WRITE);
        if (raw != null) {
            raw.close();
        }
        return raw != null;
    }

    private Plan plan(Previous previous, PinnedMaps now) {
        return new Plan(previous, EntryCopy.of(previous.content(), now.schema().contentOf(map), how));
    }

    /** Does nothing when it is as declared. */
    private Migrated migrate(PinPlace place, @Nullable Plan said, NestBarrier barrier, boolean pinsInners) {
        clear(place);
        RawMap raw = pins.open(place.outer(), PinAccess.READ_WRITE);
        if (raw == null) {
            return Migrated.NOTHING;
        }
        try {
            if (isAsDeclared(raw, place, said == null ? null : said.previous())) {
                return Migrated.NOTHING;
            }
            PinnedMaps now = after.sizedLike(map, raw, place);
            Plan plan = plan(
                    said == null ? Previous.told(after, map, raw, place) : sizedLike(said.previous(), raw, place), now);
            Copied copied = isNest ? nest(raw, place, plan, now, barrier, pinsInners) : plain(raw, place, plan);
            clear(place);
            return new Migrated(true, copied.maps(), copied.entries(), copied.evicted());
        } catch (Throwable e) {
            new Cleanup(e).run(() -> {
                if (!isNest || !barrier.isUp()) {
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
    private boolean isAsDeclared(RawMap raw, PinPlace place, @Nullable Previous said) {
        List<String> now = new ArrayList<>(after.differences(map, raw, place));
        innerSize(raw, place).ifPresent(now::add);
        if (said == null) {
            return now.isEmpty();
        }
        List<String> then = maps(said).differences(said.map(), raw, place);
        if (!now.isEmpty() && !then.isEmpty()) {
            throw refused(
                    place,
                    "it is neither what is declared: it has " + String.join("; ", now)
                            + "; nor what the schema text of before says: it has " + String.join("; ", then));
        }
        if (!isNest && now.isEmpty() && then.isEmpty() && !isReadAlike(said.map())) {
            throw refused(
                    place,
                    "the sizes are the same before and after, and the kernel does not tell this process the layout (it takes"
                            + " CAP_SYS_ADMIN, and BTF in the map), so that it might be migrated twice: run with it, or pin"
                            + " the new version under another name");
        }
        return now.isEmpty();
    }

    /** In what inner maps differ from a size that was said for them, if the kernel would let it differ. */
    private Optional<String> innerSize(RawMap raw, PinPlace place) {
        if (!isNest || !records.innerOf(map).isSizedAtLoad()) {
            return Optional.empty();
        }
        MapDef inner = after.schema().innerOf(map);
        OptionalLong size = after.specimens().size(raw, place);
        return inner.isSizedAtLoad() || size.isEmpty() || size.getAsLong() == inner.maxEntries()
                ? Optional.empty()
                : Optional.of("inner maps of max_entries " + size.getAsLong() + " instead of " + inner.maxEntries());
    }

    private boolean isReadAlike(MapDef old) {
        return EntryLayout.changes(
                        after.schema(), map, old.key(), Objects.requireNonNull(old.value(), "a map with entries"))
                .isEmpty();
    }

    private Previous sizedLike(Previous said, RawMap raw, PinPlace place) {
        PinnedMaps then = maps(said).sizedLike(said.map(), raw, place);
        return new Previous(then.schema(), PinnedMaps.sizedLike(said.map(), raw));
    }

    private PinnedMaps maps(Previous said) {
        return new PinnedMaps(said.schema(), factory, pins);
    }

    private Copied nest(
            RawMap raw, PinPlace place, Plan plan, PinnedMaps now, NestBarrier barrier, boolean pinsInners) {
        NestCopy copy = new NestCopy(now, PinnedMaps.sizedLike(map, raw), plan.copy(), pins);
        return new NestMigration(plan.previous().map(), map, copy, pins, place, barrier).run(raw, pinsInners);
    }

    private Copied plain(RawMap raw, PinPlace place, Plan plan) {
        RawMap made = factory.of(map).create(MapShape.of(PinnedMaps.sizedLike(map, raw)), null);
        try {
            Copied copied = plan.copy().copy(raw, made);
            pins.pin(made, place.prepared().outer(), place.options());
            pins.move(place.prepared().outer(), place.outer());
            return copied;
        } finally {
            made.close();
        }
    }

    static BpfException refused(PinPlace place, String why) {
        return new BpfException("migration of the pin " + place.outer(), why);
    }
}
