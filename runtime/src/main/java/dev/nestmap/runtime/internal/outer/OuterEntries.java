/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.Scratch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in an outer map: finds its inner maps, and opens those that another process put there. {@link OuterMapState} changes it.
 * Lookups take keys at the start of a block, with room for an id at {@link #idAt()}.
 */
public final class OuterEntries {
    private final LeasedMap outer;
    private final String innerName;
    private final MapFactory factory;
    private final OpenInnerMaps inners;
    private final KeyLocks locks;
    private final @Nullable SlotPins pins;

    /**
     * @param innerName name of the inner maps as it was declared
     * @param locks held by key by whoever changes entries
     * @param pins the pins beside the outer map's; null when it is not pinned
     */
    OuterEntries(
            LeasedMap outer,
            String innerName,
            MapFactory factory,
            OpenInnerMaps inners,
            KeyLocks locks,
            @Nullable SlotPins pins) {
        this.outer = outer;
        this.innerName = innerName;
        this.factory = factory;
        this.inners = inners;
        this.locks = locks;
        this.pins = pins;
    }

    /** Where in a block a lookup puts the inner map's id. */
    public int idAt() {
        return Alignment.align(outer.shape().keySize());
    }

    /** The inner map at the key, null when there is none. Costs one lookup, unless another process made the inner map. */
    public @Nullable OpenInnerMap find(Block block, Object key) {
        int id = idOf(block, key);
        if (id == 0) {
            return null;
        }
        OpenInnerMap known = inners.get(id);
        return known != null ? known : open(block, key);
    }

    /** The inner map with this id, which an iteration found at the key; null when it has left meanwhile. */
    public @Nullable OpenInnerMap find(Block block, Object key, int id) {
        OpenInnerMap known = inners.get(id);
        return known != null ? known : find(block, key);
    }

    /**
     * A lookup through both levels: the outer key is at 0, the inner key and room for the inner value where it is said. False
     * when either is absent. An inner map that leaves between the two lookups is looked for again.
     */
    public boolean lookupInner(Block block, Object key, int innerKeyAt, int valueAt) {
        while (true) {
            OpenInnerMap inner = find(block, key);
            if (inner == null) {
                return false;
            }
            int result = inner.map().lookupIfValid(block, innerKeyAt, valueAt);
            if (result == 0 || result == -ENOENT) {
                return result == 0;
            }
            if (result != LeasedMap.REVOKED) {
                throw MapOperation.LOOKUP.failed(inner.map().shape(), null, result);
            }
        }
    }

    /** Whether there is an inner map at the key. */
    public boolean contains(Block block, Object key) {
        return idOf(block, key) != 0;
    }

    /** The inner map at a key that is locked, for as long as it is on its way out; null when there is none. */
    @Nullable
    OpenInnerMap leaving(SlotKey slot) {
        try (Scratch scratch = encode(slot)) {
            OpenInnerMap old = find(scratch.block(), slot.key());
            while (old != null && !inners.begin(old)) {
                old = find(scratch.block(), slot.key());
            }
            return old;
        }
    }

    /** The same, but null as well when this process does not have the map open. */
    @Nullable
    OpenInnerMap knownLeaving(SlotKey slot) {
        OpenInnerMap old = inners.get(idOf(slot));
        return old != null && inners.begin(old) ? old : null;
    }

    private @Nullable OpenInnerMap open(Block block, Object key) {
        byte[] bytes = new byte[outer.shape().keySize()];
        block.bytes().get(0, bytes);
        SlotKey slot = new SlotKey(key, bytes);
        OpenInnerMap opened = locks.holding(List.of(slot), () -> openLocked(slot, block));
        inners.forgetSometimes();
        return opened;
    }

    private @Nullable OpenInnerMap openLocked(SlotKey slot, Block block) {
        for (int id = idOf(block, slot.key()); id != 0; id = idOf(block, slot.key())) {
            OpenInnerMap known = inners.get(id);
            if (known != null) {
                return known;
            }
            RawMap raw = open(slot, id);
            if (raw != null) {
                IncomingMap opened = IncomingMap.fresh(inners, new LeasedMap(innerName, raw));
                opened.arrived();
                return opened.inner();
            }
        }
        return null;
    }

    private @Nullable RawMap open(SlotKey slot, int id) {
        RawMap pinned = pins == null ? null : pins.open(slot, id);
        if (pinned != null) {
            return pinned;
        }
        try {
            return factory.open(id);
        } catch (BpfException e) {
            if (idOf(slot) != id) {
                return null; // another process replaced it meanwhile, its pin first
            }
            throw e;
        }
    }

    /** The id of the inner map at the key; 0 when there is none. */
    public int idOf(SlotKey slot) {
        try (Scratch scratch = encode(slot)) {
            return idOf(scratch.block(), slot.key());
        }
    }

    private int idOf(Block block, Object key) {
        int result = outer.lookup(block, 0, idAt());
        if (result == -ENOENT) {
            return 0;
        }
        if (result != 0) {
            throw MapOperation.LOOKUP.failed(outer.shape(), key, result);
        }
        return block.bytes().getInt(idAt());
    }

    private Scratch encode(SlotKey slot) {
        Scratch scratch = Scratch.take(idAt() + Integer.BYTES);
        slot.writeTo(scratch.block(), 0);
        return scratch;
    }

    /** The ids of the inner maps, and how many slots each is in. */
    Map<Integer, Integer> ids() {
        Map<Integer, Integer> slots = new HashMap<>();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                slots.merge(batch.values().bytes().getInt(i * Integer.BYTES), 1, Integer::sum);
            }
        }
        return slots;
    }
}
