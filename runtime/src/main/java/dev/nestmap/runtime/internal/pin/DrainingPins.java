/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.handle.SlotOrigin;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.outer.OpenInnerMap;
import dev.nestmap.runtime.internal.outer.SlotChange;
import dev.nestmap.runtime.internal.outer.UndrainedMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.types.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The pins of displaced inner maps. A displaced map stays pinned until its new owner closes it or puts it into a slot, so that a
 * later process finds it if its owner is killed. A lock of the directory makes one object the owner of the slots.
 */
final class DrainingPins {
    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;
    private final ReentrantLock ownership = new ReentrantLock();
    private Pins.@Nullable Lock directoryLock;
    private boolean closed;

    /** Pins whose map has an owner in this process, or is about to get one. */
    private final Set<Path> owned = ConcurrentHashMap.newKeySet();

    DrainingPins(Pins pins, PinPaths paths, KeyFileNames names) {
        this.pins = pins;
        this.paths = paths;
        this.names = names;
    }

    /**
     * Makes this object the owner of the slots until {@link #close} or the end of the process. Without an owner, two processes
     * could displace the same map, and lose another one.
     *
     * @return false if another process or object is the owner
     */
    boolean acquireOwnership() {
        ownership.lock();
        try {
            if (directoryLock == null && !closed) {
                directoryLock = pins.lock(paths.draining(), PinPermissions.forWriters(paths.options()));
            }
            // After close the outer map refuses the operation, with a better message.
            return directoryLock != null || closed;
        } finally {
            ownership.unlock();
        }
    }

    /** Gives up the ownership. */
    void close() {
        ownership.lock();
        try {
            closed = true;
            if (directoryLock != null) {
                directoryLock.close();
                directoryLock = null;
            }
        } finally {
            ownership.unlock();
        }
    }

    /** Pins the map that a change is about to displace. */
    void pin(SlotChange change, OpenInnerMap outgoing) {
        Path pin = paths.draining(names.name(change.slot().bytes()), outgoing.id());
        owned.add(pin);
        change.setDrainingPin(pin);
        pins.remove(pin); // a pin that a process left when it ended before the kernel made the same change
        pins.pin(outgoing.map().raw(), pin, PinPermissions.forWriters(paths.options()));
        change.setTakenOut(pins.setTime(pin));
    }

    /** Keeps the pin until the handle of the displaced map is closed or handed over. Called after the kernel has made the change. */
    void keep(SlotChange change) {
        Path pin = change.drainingPin();
        LeasedMap displaced = change.displaced();
        if (pin != null && displaced != null) {
            displaced.onRelease(() -> remove(pin));
        } else if (pin != null) {
            owned.remove(pin); // the map could not be handed out, so recoverUndrained() must find it
        }
    }

    /** Removes the pin. Called after the kernel has rejected the change. */
    void discard(SlotChange change) {
        Path pin = change.drainingPin();
        if (pin != null) {
            remove(pin);
        }
    }

    private void remove(Path pin) {
        owned.remove(pin); // first, so that recoverUndrained() finds a pin that can't be removed
        pins.remove(pin);
    }

    /**
     * Hands out the maps that ended processes displaced and did not drain. Removes the pins of maps that are still in a slot. If
     * one map can't be handed out, all of them stay pinned.
     *
     * @param outer the name of the outer map
     * @param name the name that the maps get
     * @param isInSlot whether the map with this id is in a slot of the outer map
     * @param receiver converts each map to the caller's result
     */
    <T> List<T> take(String outer, String name, IntPredicate isInSlot, Function<UndrainedMap, T> receiver) {
        List<T> received = new ArrayList<>();
        List<UndrainedMap> opened = new ArrayList<>();
        try {
            for (Path pin : pins.list(paths.draining())) {
                UndrainedMap undrained = open(pin, name, isInSlot);
                if (undrained != null) {
                    opened.add(undrained);
                    undrained.map().takenOutOf(new SlotOrigin(outer, ByteString.of(undrained.key()), pins.time(pin)));
                    received.add(receiver.apply(undrained));
                }
            }
        } catch (Throwable e) {
            new Cleanup(e).each(opened, undrained -> {
                owned.remove(undrained.pin()); // the map stays pinned
                undrained.map().close();
            });
            throw e;
        }
        opened.forEach(undrained -> undrained.map().onRelease(() -> remove(undrained.pin())));
        return received;
    }

    private @Nullable UndrainedMap open(Path pin, String name, IntPredicate isInSlot) {
        byte[] key = owned.contains(pin) ? null : keyOf(pin);
        RawMap map = key == null ? null : pins.open(pin, PinAccess.READ_WRITE);
        if (map == null || key == null) {
            return null;
        }
        if (isInSlot.test(map.id())) {
            map.close();
            pins.remove(pin);
            return null;
        }
        if (!owned.add(pin)) {
            map.close(); // another thread of this process has displaced or found it meanwhile
            return null;
        }
        return new UndrainedMap(key, new LeasedMap(name, map), pin);
    }

    /** Returns the key in a file name {@code <key>-<id>}; null if the file has another name. */
    private byte @Nullable [] keyOf(Path pin) {
        String file = String.valueOf(pin.getFileName());
        int hyphen = file.lastIndexOf('-');
        return hyphen < 0 ? null : names.key(file.substring(0, hyphen)).orElse(null);
    }
}
