/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.migrate.RetiredMapPins.Retired;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.NestPins;
import dev.nestmap.runtime.internal.pin.NestPins.Inner;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.Migration.Result;
import dev.nestmap.runtime.pin.Migration.Word;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.type.CType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the migration of a pinned outer map with its inner maps. Creates the new outer map, and for each old inner map a new inner map, with the same
 * entries, or empty if the old map is retired.
 *
 * <p>{@link Generation} has the steps, and what an interrupted migration leaves.
 *
 * @param old the definition in the previous version
 * @param newMap the definition in the new version, with its size
 * @param newMaps the maps of the new version, with all sizes
 * @param copy how the entries of inner maps are copied
 * @param word what happens to the entries of inner maps
 * @param isUnchecked whether programs may write to drained inner maps afterwards
 * @param shared the inner maps that several outer maps of the same load hold
 */
record NestMigrator(
        OldMapDefinition old,
        MapDef newMap,
        ExistingMapFinder newMaps,
        EntryCopier copy,
        ClaimedPin claimed,
        Generation generation,
        Word word,
        boolean isUnchecked,
        SharedInnerMaps shared) {
    /** The number of inner maps that are open at the same time. They are put into the new outer map as one batch. */
    private static final int BATCH = 256;

    private RetiredMapPins retired() {
        return new RetiredMapPins(claimed.pins(), claimed.paths());
    }

    /**
     * Prepares the new maps.
     *
     * @param oldOuter the old outer map, which the result closes
     * @param held the claim of the pin, which the result closes
     */
    PreparedMigration prepare(RawMap oldOuter, boolean pinsInners, Pins.Lock held) {
        requireSameKeys();
        NestPins oldPins = new NestPins(claimed, keyOf(newMap), false);
        try (Undo undo = new Undo(oldPins::close)) {
            oldPins.acquireOwnership(oldOuter); // this process owns the set
            List<Inner> oldInners = oldPins.inners(oldOuter);
            List<Path> displaced = oldPins.waiting(oldInners);
            List<Path> waiting =
                    displaced.stream().filter(pin -> !isInSlot(pin)).toList();
            List<Path> alone = withoutSlot(waiting);
            if (word == Word.COPY) {
                requireNoWaiting(Stream.concat(waiting.stream(), alone.stream()).toList());
            }
            if (word != Word.DISCARD) {
                oldInners.forEach(oldInner -> check(open(oldInner, oldPins), true));
                Stream.concat(waiting.stream(), alone.stream())
                        .forEach(pin -> check(retired().open(pin), true));
                // Other versions have converters of their own.
                retired()
                        .list()
                        .forEach(map ->
                                check(retired().open(map.pin()), map.layout().equals(old.fingerprint())));
            }
            if (word != Word.COPY) { // what is discarded is retired, too, so that it can be taken back
                waiting.forEach(pin -> retire(pin, () -> retired().retire(generation, old.fingerprint(), pin)));
                retired()
                        .list()
                        .forEach(map -> retire(map.pin(), () -> retired().carry(generation, map.pin())));
                alone.forEach(this::retireAlone);
            }
            carryForeign(displaced);
            Result copied = prepare(oldInners, oldPins, pinsInners || oldPins.pinsInners());
            return undo.commit(new PreparedMigration(
                    newMaps.factory(),
                    claimed,
                    oldOuter,
                    copy,
                    copied,
                    new PreparedMigration.OldNest(
                            oldPins,
                            oldInners.stream().map(Inner::id).collect(Collectors.toSet()),
                            word == Word.DRAIN,
                            LayoutFingerprint.of(newMaps.recordSchema(), newMap)),
                    held));
        }
    }

    /** Files of others in the directories beside the pin stay there. */
    private void carryForeign(List<Path> displaced) {
        PinPaths paths = claimed.paths();
        Set<Path> known = new HashSet<>(displaced);
        retired().list().forEach(map -> known.add(map.pin()));
        for (Path directory : List.of(paths.draining(), paths.retired(), paths.inners())) {
            for (Path file : claimed.pins().list(directory)) {
                boolean isOurs = known.contains(file)
                        || claimed.pins().isDirectory(file)
                        || (directory.equals(paths.inners()) && isMap(file));
                if (!isOurs) {
                    Path second = paths.next().resolve(directory.getFileName());
                    generation.link(file, second.resolve(file.getFileName()));
                }
            }
        }
    }

    private boolean isMap(Path pin) {
        try (RawMap map = claimed.pins().open(pin, MapAccess.READ_ONLY)) {
            return map != null;
        } catch (BpfException e) {
            if (e.errnoNumber() == 0) {
                return false; // a program, a link, or a symbolic link
            }
            throw e;
        }
    }

    private int idOf(Path pin) {
        try (RawMap map = retired().open(pin)) {
            return map.id();
        }
    }

    private boolean isInSlot(Path pin) {
        return generation.isInSlot(idOf(pin));
    }

    private void retire(Path pin, Runnable link) {
        if (generation.needsName(idOf(pin))) {
            link.run();
        }
    }

    /** The pins of inner maps that other software has taken out of their slots, so that only these pins keep them. */
    private List<Path> withoutSlot(List<Path> waiting) {
        Set<Integer> known = waiting.stream().map(this::idOf).collect(Collectors.toSet());
        return claimed.pins().list(claimed.paths().inners()).stream()
                .filter(pin -> !claimed.pins().isDirectory(pin) && isMap(pin))
                .filter(pin -> {
                    int id = idOf(pin);
                    return !generation.isInSlot(id) && known.add(id);
                })
                .toList();
    }

    /** Programs may still write to a map that other software has taken out of its slot. */
    private void retireAlone(Path pin) {
        try (RawMap map = retired().open(pin)) {
            if (generation.needsName(map.id())) {
                String key = PinPaths.keyOfInner(String.valueOf(pin.getFileName()));
                retired().retire(generation, claimed.paths().coming(), old.fingerprint(), key, map, pin, true);
            }
        }
    }

    private void requireSameKeys() {
        MigrationCheck.keyProblem(old.map(), newMap).ifPresent(problem -> {
            throw rejected(problem);
        });
    }

    /**
     * Rejects an old map that could not be converted later, when the new program runs already. A map that is copied fails when it is copied, which
     * is before that.
     */
    private void check(RawMap oldInner, boolean isOfOldVersion) {
        try (oldInner) {
            if (word == Word.DRAIN && isOfOldVersion) {
                copy.check(oldInner);
            } else {
                EntryCopier.requireRoom(oldInner.shape(), copy.shapeFor(oldInner.shape()));
            }
        }
    }

    /** @param displaced the pins of displaced maps, without those that are still in a slot: their entries are copied */
    private void requireNoWaiting(List<Path> displaced) {
        if (!displaced.isEmpty()) {
            throw rejected(
                    "displaced maps wait: " + displaced
                            + "; drain them with the previous version (drainWaiting). Removing these pins instead deletes their entries");
        }
        List<Path> retired = retired().list().stream().map(Retired::pin).toList();
        if (!retired.isEmpty()) {
            throw rejected("maps that an earlier migration has retired wait: " + retired
                    + "; repeat the load that has retired them, with its draining migration (Migration.drain), and then drain"
                    + " them (drainWaiting)."
                    + " Removing these pins instead deletes their entries");
        }
    }

    /**
     * Creates, fills and pins the new maps; the outer map last, so that its pin means that all others exist.
     *
     * @param pinsInners whether the new inner maps are pinned
     */
    private Result prepare(List<Inner> oldInners, NestPins oldPins, boolean pinsInners) {
        PinPaths to = claimed.paths().coming();
        try (RawMap prototype = newMaps.createPrototype(newMap);
                RawMap outer = newMaps.factory().create(MapShape.of(newMap), prototype)) {
            Result copied = Result.NOTHING;
            for (int from = 0; from < oldInners.size(); from += BATCH) {
                List<Inner> batch = oldInners.subList(from, Math.min(oldInners.size(), from + BATCH));
                copied = EntryCopier.sum(copied, copyInners(batch, oldPins, outer, pinsInners ? to : null));
            }
            claimed.pins().pin(prototype, to.prototype(), to.options());
            claimed.pins().pin(outer, to.outer(), to.options());
            return copied;
        }
    }

    /** @param to where the new inner maps are pinned; null if they are not */
    private Result copyInners(List<Inner> oldInners, NestPins oldPins, RawMap outer, @Nullable PinPaths to) {
        Result copied = Result.NOTHING;
        List<RawMap> created = new ArrayList<>();
        try {
            for (Inner oldInner : oldInners) {
                RawMap known = shared.find(oldInner.id(), sharedKind());
                if (known != null) {
                    created.add(known);
                    continue;
                }
                try (RawMap from = open(oldInner, oldPins)) {
                    RawMap newInner = newMaps.factory()
                            .of(newMaps.schema().innerOf(newMap))
                            .create(copy.shapeFor(from.shape()), null);
                    created.add(newInner);
                    shared.add(oldInner.id(), sharedKind(), newInner);
                    copied = EntryCopier.sum(copied, copyOrRetire(oldInner, from, newInner));
                }
            }
            publish(oldInners, created, outer, to);
            return copied;
        } finally {
            created.stream().filter(map -> !shared.owns(map)).forEach(RawMap::close);
        }
    }

    /** Outer maps with equal texts make equal inner maps of the same old one. */
    private String sharedKind() {
        return word + " " + newMaps.schema().innerOf(newMap).name();
    }

    private Result copyOrRetire(Inner oldInner, RawMap from, RawMap to) {
        if (word == Word.COPY) {
            return copy.copy(from, to);
        }
        String key = String.valueOf(oldInner.slots().get(0).key());
        if (generation.needsName(oldInner.id())) {
            Path pin = claimed.paths().inner(key);
            retired()
                    .retire(
                            generation,
                            claimed.paths().coming(),
                            old.fingerprint(),
                            key,
                            from,
                            claimed.pins().isPinned(from, pin) ? pin : null,
                            isUnchecked);
        }
        return new Result(true, 1, 0, 0, 0);
    }

    /** Opens an old inner map. The caller closes it. */
    private RawMap open(Inner oldInner, NestPins oldPins) {
        SlotKey slot = oldInner.slots().get(0);
        RawMap pinned = oldPins.open(slot, oldInner.id());
        RawMap opened = pinned != null ? pinned : newMaps.factory().open(oldInner.id());
        if (opened == null) {
            throw new BpfException(
                    "migration of map " + newMap.name(),
                    "inner map " + Integer.toUnsignedString(oldInner.id()) + " at " + slot
                            + " was replaced during the migration; end the processes that change the outer map, then migrate again");
        }
        return opened;
    }

    /** Puts the new inner maps into the slots of the old ones. */
    private void publish(List<Inner> oldInners, List<RawMap> created, RawMap outer, @Nullable PinPaths to) {
        List<SlotKey> slots = new ArrayList<>();
        List<RawMap> inners = new ArrayList<>();
        for (int i = 0; i < created.size(); i++) {
            for (SlotKey slot : oldInners.get(i).slots()) {
                slots.add(slot);
                inners.add(created.get(i));
                if (to != null) {
                    claimed.pins().pin(created.get(i), to.inner(String.valueOf(slot.key())), to.options());
                }
            }
        }
        Batch batch = new Batch(outer.shape().keySize(), slots);
        int result = outer.updateBatch(batch, inners);
        // One by one, because some kernels have no batches for arrays
        // of maps, and because each failure then has its own errno.
        for (int next = batch.done(); result != 0 && next < slots.size(); next++) {
            put(outer, slots.get(next), inners.get(next));
        }
    }

    private static void put(RawMap outer, SlotKey slot, RawMap inner) {
        OffHeapBlock key = OffHeapBlock.allocate(outer.shape().keySize());
        slot.writeTo(key, 0);
        int result = outer.update(key, 0, inner, 0);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(outer.shape(), slot.key(), result);
        }
    }

    private static CType keyOf(MapDef outer) {
        return Objects.requireNonNull(outer.key(), "an outer map has keys");
    }

    private BpfException rejected(String explanation) {
        return PinnedMapMigrator.rejected(claimed.paths(), explanation);
    }
}
