/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.NestPins;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.KeyNumbers;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.SlotFillTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts declared inner maps into the slots that libbpf has not filled, with one batch for each outer map.
 *
 * @param operation names the load in messages
 */
record DeclaredSlotFiller(String operation, Schema declared) {

    /**
     * Adds the inner maps of a pinned outer map to the plan of a load that reuses it, in place of the object's own inner maps.
     * Called before the object is loaded.
     *
     * @param pins the pins beside the outer map's pin
     */
    void reuse(MapDef outer, RawMap pinned, @Nullable NestPins pins, MapFactory factory, LoadPlan plan) {
        SlotContents slots = outer.slots();
        // libbpf always puts programs into program arrays.
        if (outer.role() != MapRole.OUTER || slots.isEmpty()) {
            return;
        }
        for (SlotContents.Slot declaredSlot : slots.list()) {
            SlotKey slot = slot(outer, declaredSlot);
            int id = slot.innerId(pinned);
            RawMap inner = id == 0 ? null : open(outer, slot, id, pins, factory);
            if (inner != null) {
                reuse(outer, slot, declaredSlot.target(), inner, plan.reused());
            }
        }
    }

    private void reuse(MapDef outer, SlotKey slot, String target, RawMap inner, Map<String, RawMap> reused) {
        RawMap other = reused.putIfAbsent(target, inner);
        if (other == null) {
            return;
        }
        int id = inner.id();
        inner.close();
        if (other.id() != id) {
            throw failed(
                    Reason.MISMATCH,
                    outer,
                    slot.key(),
                    null,
                    "this slot and another slot declare " + target
                            + ", but they hold different maps. Drain one of these maps, and put the other one into both slots");
        }
    }

    /**
     * Fills the declared slots that libbpf has not filled. Called once, after the object is loaded.
     *
     * @param reused names of the maps that existed before the load
     */
    void fill(LoadedState object, Set<String> reused) {
        declared.maps().stream()
                .filter(map -> map.role() == MapRole.OUTER && !map.slots().isEmpty())
                .forEach(outer -> fill(object, outer, reused));
    }

    private void fill(LoadedState object, MapDef outer, Set<String> earlier) {
        boolean reused = earlier.contains(outer.name());
        Nest state = Objects.requireNonNull(object.state(outer.name()), "the object was compared with its schema");
        boolean filledByLibbpf =
                !object.backend().inMemory() && !reused && outer.slots().fill() == SlotFillTime.IN_OBJECT;
        List<SlotKey> slots = new ArrayList<>();
        List<OpenMap> maps = new ArrayList<>();
        for (SlotContents.Slot declaredSlot : outer.slots().list()) {
            SlotKey slot = slot(outer, declaredSlot);
            OpenMap map = object.map(declaredSlot.target());
            boolean isInSlot = filledByLibbpf || (reused && state.maps().idOf(slot) == map.id());
            if (!isInSlot || state.adopt(slot, map)) {
                slots.add(slot);
                maps.add(map);
            }
        }
        List<SlotChange> changes = filled(state, outer, slots, maps, areInNoSlot(outer, earlier));
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i).result() == -EEXIST) {
                throw failed(
                        Reason.BUSY,
                        outer,
                        changes.get(i).slot().key(),
                        null,
                        "another process put another inner map into the slot during the load, and this map stays there: load again");
            }
            BpfException failure = changes.get(i).failure();
            if (failure != null) {
                throw failed(
                        failure.reason(),
                        outer,
                        changes.get(i).slot().key(),
                        failure,
                        "inner map " + maps.get(i).shape().name() + " could not be put into the slot: "
                                + failure.getMessage());
            }
        }
    }

    /** Whether the load has created all maps that slots declare, each for one slot. */
    private static boolean areInNoSlot(MapDef outer, Set<String> earlier) {
        List<String> targets =
                outer.slots().list().stream().map(SlotContents.Slot::target).toList();
        return Set.copyOf(targets).size() == targets.size() && targets.stream().noneMatch(earlier::contains);
    }

    private List<SlotChange> filled(
            Nest state, MapDef outer, List<SlotKey> slots, List<OpenMap> maps, boolean areInNoSlot) {
        try {
            return slots.isEmpty() ? List.of() : state.fill(slots, maps, areInNoSlot);
        } catch (BpfException e) {
            throw failed(
                    e.reason(),
                    outer,
                    e.key(),
                    e,
                    "its slots could not be filled (" + text(outer.slots()) + "): " + e.getMessage());
        }
    }

    private @Nullable RawMap open(MapDef outer, SlotKey slot, int id, @Nullable NestPins pins, MapFactory factory) {
        RawMap pinned = pins == null ? null : pins.open(slot, id);
        if (pinned != null) {
            return pinned;
        }
        try {
            return factory.open(id);
        } catch (BpfException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            throw failed(
                    Reason.NOT_PERMITTED,
                    outer,
                    slot.key(),
                    e,
                    "the kernel requires CAP_SYS_ADMIN to open the map with id " + Integer.toUnsignedString(id)
                            + " that is in the slot. Load once with it, and declare pinInners = true, so that later loads find the map"
                            + " by its pin");
        }
    }

    private static SlotKey slot(MapDef outer, SlotContents.Slot slot) {
        KeyNumbers parts = KeyNumbers.of(Objects.requireNonNull(outer.key(), "an outer map has a key"))
                .orElseThrow(
                        () -> new IllegalArgumentException("the keys of map " + outer.name() + " are not numbers"));
        Object key = slot.key().size() == 1 ? slot.key().get(0) : SlotContents.text(slot.key());
        return new SlotKey(key, parts.encode(slot.key()));
    }

    private static String text(SlotContents slots) {
        return slots.list().stream()
                .map(slot -> SlotContents.text(slot.key()) + ": " + slot.target())
                .collect(Collectors.joining(", "));
    }

    private BpfException failed(
            Reason reason, MapDef outer, @Nullable Object key, @Nullable BpfException cause, String explanation) {
        return BpfException.of(reason, operation)
                .map(outer.name())
                .key(key)
                .errno(cause == null ? 0 : cause.errnoNumber())
                .because(explanation)
                .cause(cause)
                .build();
    }
}
