/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.EntryCopy.Copied;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.EntryLayout;
import dev.nestmap.schema.text.SchemaText;
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
 * outer map {@link OuterMapMigration} says what is pinned at each moment.
 */
public final class PinMigration {
    private final Schema records;
    private final MapDef map;
    private final boolean isOuter;
    private final Migration how;
    private final PinnedMaps after;
    private final MapFactory factory;
    private final Pins pins;

    /** How maps of the version before become those of now. */
    private record Plan(OldDefinition previous, EntryCopy copy) {}

    /** Of the map with this name, which may have been in a schema of before. What the records leave to the load stays as large as it is. */
    public PinMigration(Schema records, String name, Migration how, MapFactory factory, Pins pins) {
        this(records, records, name, how, factory, pins);
    }

    /**
     * The same with sizes for what the records leave to the load.
     *
     * @param sized the records with them; what is left open there too stays as large as it is
     */
    public PinMigration(Schema records, Schema sized, String name, Migration how, MapFactory factory, Pins pins) {
        this.records = records;
        this.map = sized.map(name).orElseThrow(() -> new IllegalArgumentException("no map " + name));
        this.isOuter = map.role() == MapRole.OUTER;
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
    public Migrated run(PinPaths place, boolean pinsInners) {
        Optional<Plan> said = Optional.ofNullable(how.schemaText())
                .map(text -> plan(OldDefinition.said(SchemaText.parse(text), map), after));
        if (!isPinned(place)) {
            return Migrated.NOTHING;
        }
        try (Pins.Lock lock = pins.lock(place.migration(), PinPermissions.forWriters(place.options()))) {
            if (lock == null) {
                throw refused(place, "somebody else migrates it at this moment; wait for them");
            }
            MigrationBarrier barrier = new MigrationBarrier(factory, pins, place);
            boolean resumed = isOuter && barrier.isUp();
            if (resumed) {
                barrier.resume(); // of whichever version that was
            }
            Migrated migrated = migrate(place, said.orElse(null), barrier, pinsInners);
            return resumed && !migrated.done() ? new Migrated(true, 0, 0, 0) : migrated;
        }
    }

    private boolean isPinned(PinPaths place) {
        RawMap raw = pins.open(place.outer(), PinAccess.READ_WRITE);
        if (raw != null) {
            raw.close();
        }
        return raw != null;
    }

    private Plan plan(OldDefinition previous, PinnedMaps now) {
        return new Plan(previous, EntryCopy.of(previous.content(), now.schema().contentOf(map), how));
    }

    /** Does nothing when it is as declared. */
    private Migrated migrate(PinPaths place, @Nullable Plan said, MigrationBarrier barrier, boolean pinsInners) {
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
                    said == null ? OldDefinition.told(after, map, raw, place) : sizedLike(said.previous(), raw, place),
                    now);
            Copied copied = isOuter ? state(raw, place, plan, now, barrier, pinsInners) : plain(raw, place, plan);
            clear(place);
            return new Migrated(true, copied.maps(), copied.entries(), copied.evicted());
        } catch (Throwable e) {
            new Cleanup(e).run(() -> {
                if (!isOuter || !barrier.isUp()) {
                    clear(place);
                }
            });
            throw e;
        } finally {
            raw.close();
        }
    }

    /** Removes what a migration prepared or put away. The directory stays: it is the lock. */
    private void clear(PinPaths place) {
        for (Path path : pins.list(place.migration())) {
            pins.list(path).forEach(pins::remove);
            pins.remove(path);
        }
    }

    /** Refuses what is of neither version, and what may be of both. */
    private boolean isAsDeclared(RawMap raw, PinPaths place, @Nullable OldDefinition said) {
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
        if (!isOuter && now.isEmpty() && then.isEmpty() && !isReadAlike(said.map())) {
            throw refused(
                    place,
                    "the sizes are the same before and after, and the kernel does not tell this process the layout (it takes"
                            + " CAP_SYS_ADMIN, and BTF in the map), so that it might be migrated twice: run with it, or pin"
                            + " the new version under another name");
        }
        return now.isEmpty();
    }

    /** In what inner maps differ from a size that was said for them, if the kernel would let it differ. */
    private Optional<String> innerSize(RawMap raw, PinPaths place) {
        if (!isOuter || !records.innerOf(map).isSizedAtLoad()) {
            return Optional.empty();
        }
        MapDef inner = after.schema().innerOf(map);
        OptionalLong size = after.samples().size(raw, place);
        return inner.isSizedAtLoad() || size.isEmpty() || size.getAsLong() == inner.maxEntries()
                ? Optional.empty()
                : Optional.of("inner maps of max_entries " + size.getAsLong() + " instead of " + inner.maxEntries());
    }

    private boolean isReadAlike(MapDef old) {
        return EntryLayout.changes(
                        after.schema(), map, old.key(), Objects.requireNonNull(old.value(), "a map with entries"))
                .isEmpty();
    }

    private OldDefinition sizedLike(OldDefinition said, RawMap raw, PinPaths place) {
        PinnedMaps then = maps(said).sizedLike(said.map(), raw, place);
        return new OldDefinition(then.schema(), PinnedMaps.sizedLike(said.map(), raw));
    }

    private PinnedMaps maps(OldDefinition said) {
        return new PinnedMaps(said.schema(), factory, pins);
    }

    private Copied state(
            RawMap raw, PinPaths place, Plan plan, PinnedMaps now, MigrationBarrier barrier, boolean pinsInners) {
        OuterMapCopy copy = new OuterMapCopy(now, PinnedMaps.sizedLike(map, raw), plan.copy(), pins);
        return new OuterMapMigration(plan.previous().map(), map, copy, pins, place, barrier).run(raw, pinsInners);
    }

    private Copied plain(RawMap raw, PinPaths place, Plan plan) {
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

    static BpfException refused(PinPaths place, String why) {
        return new BpfException("migration of the pin " + place.outer(), why);
    }
}
