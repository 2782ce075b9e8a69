/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.MapPins;
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.NestPins;
import dev.nestmap.runtime.internal.nest.OtherVersions;
import dev.nestmap.runtime.internal.nest.SlotComparison;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.text.PinnedMapText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a pinned outer map with its inner maps. Creates the new outer map, and for each old inner map a new inner map, with the same
 * entries, or empty if the old map is retired.
 *
 * <p>{@link Generation} has the steps, and what an interrupted upgrade leaves.
 *
 * @param text the version of the pinned map
 * @param newMap the definition in the new version, with its size
 * @param newMaps the maps of the new version, with all sizes
 * @param copy how the entries of inner maps are copied
 * @param treatment what happens to the entries of inner maps
 * @param shared the new inner maps that several outer maps of the same load hold, by the id of the old one and what is done with it
 */
record NestMigrator(
        PinnedMapText text,
        MapDef newMap,
        ExistingMapFinder newMaps,
        EntryCopier copy,
        ClaimedPin claimed,
        Generation generation,
        Treatment treatment,
        Map<List<Object>, RawMap> shared) {
    /** The number of inner maps that are open at the same time. They are put into the new outer map as one batch. */
    private static final int BATCH = 256;

    /**
     * Prepares the new maps. Warns if the slots keep keys that the records call otherwise.
     *
     * @param oldOuter the old outer map, which the result closes
     */
    PreparedMigration prepare(RawMap oldOuter, boolean pinsInners) {
        NestPins oldPins = pinsOf(claimed, text.definition());
        Map<Integer, List<SlotKey>> oldInners = oldPins.slots(oldOuter);
        RetiredMaps retired = new RetiredMaps(generation, claimed, oldOuter.id());
        SlotComparison compared = compared(retired, oldPins, oldInners);
        boolean keepsSlots = MapPlan.outerProblem(text.schema(), text.definition(), newMaps.schema(), newMap)
                        .isEmpty()
                && haveRoom(oldInners.values().stream().flatMap(List::stream).toList());
        if (!keepsSlots) {
            retireSlots(compared, oldInners, retired);
        } else {
            MapPlan.outerKeyName(text.schema(), text.definition(), newMaps.schema(), newMap)
                    .ifPresent(renamed -> WarningLog.RUNTIME.warn("key of " + newMap.name(), "an upgrade: " + renamed));
        }
        RawMap outer = ObjectlessMapOpener.createOuter(newMaps, newMap);
        try (Undo undo = new Undo(outer::close)) {
            int copied = prepare(
                    outer,
                    keepsSlots ? List.copyOf(oldInners.entrySet()) : List.of(),
                    compared,
                    pinsInners || oldPins.pinsInners(),
                    retired);
            return undo.commit(new PreparedMigration(
                    newMaps,
                    newMap,
                    claimed,
                    oldOuter,
                    outer,
                    copied,
                    Set.copyOf(oldInners.keySet()),
                    treatment,
                    retired));
        }
    }

    /** Whether the new outer map can have these slots. Warns if it can't. */
    private boolean haveRoom(List<SlotKey> slots) {
        boolean isArray = newMap.kind() == MapKind.ARRAY_OF_MAPS;
        boolean haveRoom = isArray
                ? slots.stream().allMatch(slot -> Long.parseLong(String.valueOf(slot.key())) < newMap.maxEntries())
                : slots.size() <= newMap.maxEntries();
        if (!haveRoom) {
            WarningLog.RUNTIME.warn(
                    "slots of " + newMap.name(),
                    ErrorTable.message(
                            "SLOTS_DONT_FIT", newMap.name(), newMap.maxEntries(), CountText.of(slots.size(), "slot")));
        }
        return haveRoom;
    }

    /** Lets all maps wait of an outer map in whose place no outer map comes. Returns the ids of those in its slots. */
    Set<Integer> retire(RawMap oldOuter, RetiredMaps retired) {
        NestPins oldPins = pinsOf(claimed, text.definition());
        Map<Integer, List<SlotKey>> oldInners = oldPins.slots(oldOuter);
        SlotComparison compared = compared(retired, oldPins, oldInners);
        retireSlots(compared, oldInners, retired);
        compared.waiting().forEach(retired::add);
        return Set.copyOf(oldInners.keySet());
    }

    /** Begins with what is in no slot. */
    private SlotComparison compared(RetiredMaps retired, NestPins oldPins, Map<Integer, List<SlotKey>> oldInners) {
        SlotComparison compared = oldPins.compared(oldInners, generation.idsInSlots());
        if (treatment != Treatment.COPY) {
            retired.begin();
        }
        compared.foreign().forEach(generation::carryForeign);
        return compared;
    }

    private void retireSlots(SlotComparison compared, Map<Integer, List<SlotKey>> oldInners, RetiredMaps retired) {
        oldInners.forEach((id, slots) -> {
            try (FormerInner inner = FormerInner.open(id, slots, compared, newMaps.factory())) {
                retired.add(inner);
            }
        });
    }

    /**
     * Fills and pins the new maps; the outer map last, so that its pin means that all others exist.
     *
     * @param pinsInners whether the new inner maps are pinned
     */
    private int prepare(
            RawMap outer,
            List<Map.Entry<Integer, List<SlotKey>>> oldInners,
            SlotComparison compared,
            boolean pinsInners,
            RetiredMaps retired) {
        PinPaths to = claimed.paths().coming();
        int copied = 0;
        for (int from = 0; from < oldInners.size(); from += BATCH) {
            List<Map.Entry<Integer, List<SlotKey>>> batch =
                    oldInners.subList(from, Math.min(oldInners.size(), from + BATCH));
            copied += copyInners(batch, compared, outer, pinsInners ? to : null, retired);
        }
        compared.waiting().forEach(retired::add);
        new MapPins(newMaps, newMap, claimed.paths()).pinInPlace(outer, to);
        return copied;
    }

    /**
     * Returns how many it has copied or retired.
     *
     * @param to where the new inner maps are pinned; null if they are not
     */
    private int copyInners(
            List<Map.Entry<Integer, List<SlotKey>>> oldInners,
            SlotComparison compared,
            RawMap outer,
            @Nullable PinPaths to,
            RetiredMaps retired) {
        int copied = 0;
        List<RawMap> created = new ArrayList<>();
        try {
            for (Map.Entry<Integer, List<SlotKey>> oldInner : oldInners) {
                List<Object> what = List.of(
                        oldInner.getKey(),
                        treatment,
                        newMaps.schema().innerOf(newMap).name());
                try (FormerInner from =
                        FormerInner.open(oldInner.getKey(), oldInner.getValue(), compared, newMaps.factory())) {
                    RawMap known = shared.get(what);
                    if (known != null) {
                        created.add(known);
                        continue;
                    }
                    RawMap newInner = copiedOrRetired(from, retired);
                    created.add(newInner);
                    if (generation.holders(oldInner.getKey()).size() > 1) {
                        shared.put(what, newInner);
                    }
                    copied++;
                }
            }
            publish(oldInners, created, outer, to);
            return copied;
        } finally {
            created.stream().filter(map -> !shared.containsValue(map)).forEach(RawMap::close);
        }
    }

    /** Returns the new map in the slot. */
    private RawMap copiedOrRetired(FormerInner from, RetiredMaps retired) {
        RawMap to = create(from.map());
        try (Undo undo = new Undo(to::close)) {
            boolean isCopied = treatment == Treatment.COPY && copy.copyIfPossible(from.map(), to);
            if (!isCopied) {
                retired.add(from);
            }
            if (isCopied || treatment != Treatment.COPY) {
                return undo.commit(to);
            }
        }
        return create(from.map()); // the first one has the entries that had a place
    }

    private RawMap create(RawMap from) {
        return newMaps.factory().of(newMaps.schema().innerOf(newMap)).create(copy.shapeFor(from.shape()), null);
    }

    /** The pins beside the pin of an outer map, of which the caller has the claim. */
    static NestPins pinsOf(ClaimedPin claimed, MapDef outer) {
        return new NestPins(
                claimed, Objects.requireNonNull(outer.key(), "an outer map has keys"), false, OtherVersions.NONE);
    }

    /** Puts the new inner maps into the slots of the old ones. */
    private void publish(
            List<Map.Entry<Integer, List<SlotKey>>> oldInners,
            List<RawMap> created,
            RawMap outer,
            @Nullable PinPaths to) {
        List<SlotKey> slots = new ArrayList<>();
        List<RawMap> inners = new ArrayList<>();
        for (int i = 0; i < created.size(); i++) {
            for (SlotKey slot : oldInners.get(i).getValue()) {
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
}
