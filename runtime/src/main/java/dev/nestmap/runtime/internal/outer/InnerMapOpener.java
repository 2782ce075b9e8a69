/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EMFILE;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.KernelType;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens the inner maps of one outer map by their pins or, if they have none, by their ids. */
final class InnerMapOpener {
    private static final Set<MapKind> KINDS = EnumSet.of(
            MapKind.HASH,
            MapKind.LRU_HASH,
            MapKind.PERCPU_HASH,
            MapKind.LRU_PERCPU_HASH,
            MapKind.ARRAY,
            MapKind.PERCPU_ARRAY,
            MapKind.LPM_TRIE,
            MapKind.QUEUE,
            MapKind.STACK,
            MapKind.BLOOM_FILTER);

    /**
     * Why the descriptor of a map can't be closed.
     *
     * @param reason ends the sentence "each inner map keeps a file descriptor, because"
     * @param remedies what to do, apart from raising the limit of open files; empty or begins with a comma
     */
    record Obstacle(String reason, String remedies) {}

    private final OpenMap outer;
    private final MapFactory factory;
    private final @Nullable SlotPins pins;
    private final MapShape inner;
    private final boolean keepsContent;

    /** Whether this process may open maps by their ids, according to the last attempt. */
    private volatile boolean opensById;

    /**
     * @param inner the shape of inner maps as the records declare it
     * @param pins the pins beside the outer map's pin; null if the outer map is not pinned
     */
    InnerMapOpener(OpenMap outer, MapShape inner, MapFactory factory, @Nullable SlotPins pins) {
        this.outer = outer;
        this.inner = inner;
        this.keepsContent = keepsContent(inner);
        this.factory = factory;
        this.pins = pins;
    }

    /**
     * Opens the map with this id. The caller owns the result. Null if the map no longer exists, or is no longer in the slot.
     *
     * @throws BpfException if the map is in the slot, and the kernel refuses to open it
     */
    @Nullable
    RawMap open(SlotKey slot, int id) {
        RawMap pinned = pins == null ? null : pins.open(slot, id);
        if (pinned != null) {
            return pinned;
        }
        try {
            return factory.open(id);
        } catch (BpfException e) {
            if (slot.innerId(outer) != id) {
                return null; // another process has replaced the map; it replaces the pin first
            }
            throw e;
        }
    }

    /**
     * Opens a map again whose descriptor was closed. The caller owns the result. Null if the map is no longer in its slot.
     *
     * @throws BpfException if the kernel refuses to open the map
     */
    @Nullable
    RawMap reopen(SlotKey slot, RawMap closed) {
        RawMap opened = open(slot, closed.id());
        if (opened == null) {
            return null;
        }
        // Closes it also if the outer map was closed meanwhile, so that its slot can't be read.
        try (Undo undo = new Undo(opened::close)) {
            // The kernel gives an id to another map only after it has
            // given away all others. The slot could hold that map too.
            boolean same = slot.innerId(outer) == closed.id()
                    && opened.shape().maxEntries() == closed.shape().maxEntries();
            return same ? undo.commit(opened) : null;
        }
    }

    /**
     * Returns why a map could not be opened again if its descriptor were closed, or would lose something; null if it can be closed.
     *
     * @param slot the slot that holds the map
     */
    @Nullable
    Obstacle obstacle(SlotKey slot, int id) {
        if (!keepsContent) {
            return new Obstacle(
                    "a " + inner.kind()
                            + " as the records declare it can lose timers, events, programs or access rights when its last"
                            + " descriptor is closed",
                    "");
        }
        int result = factory.tryOpen(id);
        // The kernel checks the capability before it looks for a free descriptor (bpf_map_get_fd_by_id in
        // kernel/bpf/syscall.c), so EMFILE means that the process may open the map.
        opensById = result == 0 || result == -EMFILE || (opensById && result == -ENOENT);
        if (opensById || (pins != null && pins.hasPin(slot, id))) {
            return null;
        }
        return new Obstacle(
                "Nestmap could not open it again by its id (" + Errno.of(-result) + ") or by a pin",
                ", run with CAP_SYS_ADMIN, or pin the inner maps (pinInners)");
    }

    /** Whether no map has an {@link #obstacle}, according to the last call of that method. */
    boolean opensById() {
        return opensById;
    }

    /**
     * Whether an inner map keeps everything while a slot holds it and no process has a descriptor. When the last descriptor is closed, the
     * kernel cancels timers, work items and callbacks ({@code htab_map_free_timers_and_wq} in kernel/bpf/hashtab.c), and detaches programs
     * from a map of sockets ({@code sock_map_release_progs} in net/core/sock_map.c). A PERF_EVENT_ARRAY loses the events that were
     * put into it through the descriptor ({@code perf_event_fd_array_release} in kernel/bpf/arraymap.c).
     */
    private static boolean keepsContent(MapShape inner) {
        return KINDS.contains(inner.kind())
                && (inner.flags() & MapFlags.FD_ACCESS) == 0 // opening by id would give more access
                && inner.managed() != null
                && inner.managed().stream().allMatch(field -> field.type() == KernelType.SPIN_LOCK);
    }
}
