/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.annotations.SlotFill;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.outer.OuterMapState;
import dev.nestmap.runtime.internal.outer.SlotChange;
import dev.nestmap.runtime.internal.pin.OuterMapPins;
import dev.nestmap.runtime.pin.SlotReuse;
import dev.nestmap.schema.KeyParts;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The inner maps that a schema puts into slots: where the object did not do it, it is done here, a map's slots in one batch. */
final class DeclaredSlots {
    private final String operation;
    private final Schema declared;
    private final SlotReuse reuse;

    /** @param operation what is being done, for messages */
    DeclaredSlots(String operation, Schema declared, SlotReuse reuse) {
        this.operation = operation;
        this.declared = declared;
        this.reuse = reuse;
    }

    /**
     * Said before an object is loaded that is to use an outer map which is there already: the maps in its slots take the place of
     * the object's own.
     *
     * @param beside the pins beside the outer map's
     */
    void keep(MapDef outer, RawMap there, @Nullable OuterMapPins beside, MapFactory factory, LoadPlan plan) {
        SlotContents slots = outer.slots();
        // libbpf puts programs into program arrays in any case.
        if (outer.role() != MapRole.OUTER || slots.isEmpty() || reuse == SlotReuse.REPLACE) {
            return;
        }
        if (reuse == SlotReuse.AS_DECLARED && slots.fill() == SlotFill.IN_OBJECT) {
            throw failed(
                    outer,
                    null,
                    "it is pinned from before, and libbpf does not fill its slots again (" + text(slots)
                            + "). Load with PinOptions.withSlots: SlotReuse.KEEP goes on with the maps that are in them,"
                            + " SlotReuse.REPLACE puts new ones there");
        }
        for (SlotContents.Slot declaredSlot : slots.list()) {
            SlotKey slot = slot(outer, declaredSlot);
            int id = idAt(there, slot);
            RawMap kept = id == 0 ? null : open(outer, slot, id, beside, factory);
            if (kept != null) {
                keep(outer, slot, declaredSlot.target(), kept, plan.reused());
            }
        }
    }

    private void keep(MapDef outer, SlotKey slot, String target, RawMap kept, Map<String, RawMap> reused) {
        RawMap other = reused.putIfAbsent(target, kept);
        if (other == null) {
            return;
        }
        int id = kept.id();
        kept.close();
        if (other.id() != id) {
            throw failed(
                    outer,
                    slot.key(),
                    "it holds another map than a further slot for which " + target
                            + " is declared: load with SlotReuse.REPLACE, or put one of them into both slots");
        }
    }

    /**
     * Said when the object is loaded: fills what is to be filled.
     *
     * @param reused names of the maps that were there before
     */
    void fill(LiveObject object, Set<String> reused) {
        declared.maps().stream()
                .filter(map -> map.role() == MapRole.OUTER && !map.slots().isEmpty())
                .forEach(outer -> fill(object, outer, reused.contains(outer.name())));
    }

    private void fill(LiveObject object, MapDef outer, boolean reused) {
        OuterMapState state =
                Objects.requireNonNull(object.state(outer.name()), "the object was compared with its schema");
        boolean filled = !object.inMemory() && !reused && outer.slots().fill() == SlotFill.IN_OBJECT;
        List<SlotKey> slots = new ArrayList<>();
        List<LeasedMap> maps = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (SlotContents.Slot declaredSlot : outer.slots().list()) {
            SlotKey slot = slot(outer, declaredSlot);
            LeasedMap map = object.map(declaredSlot.target());
            if (filled || (reused && state.entries().idOf(slot) == map.id())) {
                state.adopt(slot, map);
            } else {
                slots.add(slot);
                maps.add(map);
                names.add(declaredSlot.target());
            }
        }
        List<SlotChange> moves = share(state, outer, slots, maps);
        for (int i = 0; i < moves.size(); i++) {
            BpfException failure = moves.get(i).failure();
            if (failure != null) {
                throw BpfException.of(operation)
                        .map(outer.name())
                        .key(moves.get(i).slot().key())
                        .errno(failure.errnoNumber())
                        .because("inner map " + names.get(i) + " could not be put there: " + failure.getMessage())
                        .cause(failure)
                        .build();
            }
        }
    }

    private List<SlotChange> share(OuterMapState state, MapDef outer, List<SlotKey> slots, List<LeasedMap> maps) {
        try {
            return slots.isEmpty() ? List.of() : state.share(slots, maps);
        } catch (BpfException e) {
            throw BpfException.of(operation)
                    .map(outer.name())
                    .key(e.key())
                    .errno(e.errnoNumber())
                    .because("its slots could not be filled (" + text(outer.slots()) + "): " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static int idAt(RawMap outer, SlotKey slot) {
        int idAt = Alignment.align(outer.shape().keySize());
        try (Scratch scratch = Scratch.take(idAt + Integer.BYTES)) {
            Block block = scratch.block();
            slot.writeTo(block, 0);
            int result = outer.lookup(block, 0, idAt);
            if (result != 0 && result != -Errno.ENOENT.number()) {
                throw MapOperation.LOOKUP.failed(outer.shape(), slot.key(), result);
            }
            return result == 0 ? block.bytes().getInt(idAt) : 0;
        }
    }

    private @Nullable RawMap open(
            MapDef outer, SlotKey slot, int id, @Nullable OuterMapPins beside, MapFactory factory) {
        RawMap pinned = beside == null ? null : beside.open(slot, id);
        if (pinned != null) {
            return pinned;
        }
        try {
            return factory.open(id);
        } catch (BpfException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            throw BpfException.of(operation)
                    .map(outer.name())
                    .key(slot.key())
                    .errno(Errno.EPERM.number())
                    .because("to keep the map with id " + id
                            + " that is in the slot takes CAP_SYS_ADMIN: run with it, load with"
                            + " SlotReuse.REPLACE, or declare pinInners = true, so that the map is found by its pin")
                    .cause(e)
                    .build();
        }
    }

    private static SlotKey slot(MapDef outer, SlotContents.Slot slot) {
        KeyParts parts = KeyParts.of(Objects.requireNonNull(outer.key(), "an outer map has a key"))
                .orElseThrow(() -> new IllegalArgumentException("slots of map " + outer.name() + " by no numbers"));
        Object key = slot.key().size() == 1 ? slot.key().get(0) : SlotContents.text(slot.key());
        return new SlotKey(key, parts.encode(slot.key()));
    }

    private static String text(SlotContents slots) {
        return slots.list().stream()
                .map(slot -> SlotContents.text(slot.key()) + ": " + slot.target())
                .collect(Collectors.joining(", "));
    }

    private BpfException failed(MapDef outer, @Nullable Object key, String why) {
        return BpfException.of(operation)
                .map(outer.name())
                .key(key)
                .because(why)
                .build();
    }
}
