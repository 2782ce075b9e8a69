/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.DerivedPinPermissions;
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
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A migration of one pinned map that has created, filled and pinned all new maps. {@link #commit} changes the pins of the previous version,
 * and {@link #putBack} undoes that. Until it is closed, it has the claim of the pin, so what was checked does not change.
 */
public final class PreparedMigration implements AutoCloseable {
    private final MigrationPins pins;
    private final ClaimedPin claimed;
    private final RawMap old;
    private final EntryCopier copy;
    private final Result result;
    private final @Nullable OldNest nest;
    private final Pins.Lock held;
    private State state;

    private enum State {
        PREPARED,
        COMMITTED,
        CLOSED
    }

    /**
     * What is beside the pin of an outer map of the previous version.
     *
     * @param prototype the prototype
     * @param owner owns the slots
     * @param retired the names of the pins that this migration has prepared for {@link RetiredMapPins}
     * @param displaced the names of the pins of displaced maps that wait
     * @param innerIds the ids of the inner maps in its slots
     * @param newLayout the fingerprint of the inner maps of the new version
     */
    record OldNest(
            RawMap prototype,
            NestPins owner,
            Set<String> retired,
            Set<String> displaced,
            Set<Integer> innerIds,
            boolean isDraining,
            String newLayout)
            implements AutoCloseable {
        OldNest(
                RawMap prototype,
                NestPins owner,
                Set<String> retired,
                List<Path> displaced,
                Set<Integer> innerIds,
                boolean isDraining,
                String newLayout) {
            this(
                    prototype,
                    owner,
                    retired,
                    displaced.stream()
                            .map(pin -> String.valueOf(pin.getFileName()))
                            .collect(Collectors.toSet()),
                    innerIds,
                    isDraining,
                    newLayout);
        }

        @Override
        public void close() {
            new Cleanup().run(owner::close).run(prototype::close).rethrow();
        }
    }

    /**
     * @param old the old map, which this object closes
     * @param copy has copied the entries, unless they are drained or discarded
     * @param nest what is beside its pin, which this object closes; null if it is not an outer map
     * @param held the claim of the pin, which this object closes
     */
    PreparedMigration(
            MigrationPins pins,
            ClaimedPin claimed,
            RawMap old,
            EntryCopier copy,
            Result result,
            @Nullable OldNest nest,
            Pins.Lock held) {
        this.pins = pins;
        this.claimed = claimed;
        this.old = old;
        this.copy = copy;
        this.result = EntryCopier.sum(Result.NOTHING, result); // done, even without an inner map
        this.nest = nest;
        this.held = held;
        this.state = State.PREPARED;
    }

    /** The pins of the new maps. */
    public PinPaths paths() {
        return state == State.PREPARED ? pins.paths().prepared() : pins.paths();
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
            RawMap map = id == old.id()
                    ? old.duplicate()
                    : InnerMapSampleFinder.ifAllowed(() -> pins.factory().open(id));
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
     * Moves the pins of the new maps into place. If this fails, the next migration begins again, or finishes it. If
     * the process is killed before this object is closed, nobody can undo it, and the new version goes on.
     */
    public void commit() {
        if (nest == null) {
            pins.moveOuter();
        } else {
            pins.pinBarrier();
            pins.finish();
        }
        state = State.COMMITTED;
    }

    /**
     * Undoes {@link #commit}. The old maps have everything that programs of the previous version have counted meanwhile. Does nothing if
     * another process has pinned another map since.
     *
     * @param current the new map
     * @param counted the ids of inner maps of the new version that were retired for other outer maps; null if no program of the new version
     *     has run. Otherwise, this method retires the inner maps in the slots, so that the next load with a migration between the two
     *     versions drains them
     */
    public void putBack(RawMap current, @Nullable Set<Integer> counted) {
        if (state != State.COMMITTED) {
            return;
        }
        claimed.owning(() -> {
            if (!pins.pins().isPinned(current, pins.paths().outer())) {
                return;
            }
            if (nest == null) {
                pins.pins()
                        .pin(old, pins.paths().prepared().outer(), pins.paths().options());
                pins.moveOuter();
            } else {
                putBack(nest, current, counted);
            }
        });
    }

    /** This is a migration to the old maps. So after a crash, the next process finishes it. */
    private void putBack(OldNest nest, RawMap current, @Nullable Set<Integer> counted) {
        PinPaths paths = pins.paths();
        Pins files = pins.pins();
        if (counted != null) {
            retire(nest, current, counted);
        }
        if (files.exists(paths.replacedInners())) {
            files.move(paths.replacedInners(), paths.prepared().inners());
        }
        files.pin(nest.prototype(), paths.prepared().prototype(), paths.options());
        files.pin(old, paths.prepared().outer(), paths.options());
        pins.pinBarrier();
        new RetiredMapPins(files, paths)
                .putBack(nest.retired(), nest.displaced(), DerivedPinPermissions.forWriters(paths.options()));
        pins.finish();
    }

    private void retire(OldNest nest, RawMap current, Set<Integer> counted) {
        RetiredMapPins retired = new RetiredMapPins(pins.pins(), pins.paths());
        for (NestPins.Inner inner : nest.owner().inners(current)) {
            if (counted.add(inner.id())) {
                SlotKey slot = inner.slots().get(0);
                RawMap pinned = nest.owner().open(slot, inner.id());
                try (RawMap map = pinned != null ? pinned : pins.factory().open(inner.id())) {
                    retired.prepare(
                            nest.newLayout(),
                            String.valueOf(slot.key()),
                            Objects.requireNonNull(map, "this process owns the slots"),
                            false);
                }
            }
        }
    }

    /** Removes the pins of the maps that are not in place, and gives up the claim. */
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        Cleanup cleanup = new Cleanup();
        cleanup.run(() -> claimed.owning(() -> {
            if (!pins.isBarrierPinned()) {
                pins.removePrepared();
            }
        }));
        state = State.CLOSED;
        if (nest != null) {
            cleanup.run(nest::close);
        }
        cleanup.run(old::close).run(held::close).rethrow();
    }
}
