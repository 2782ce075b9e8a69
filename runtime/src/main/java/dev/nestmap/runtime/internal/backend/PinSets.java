/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sets of pins that this process owns. A set is a directory of pins, and only its owner changes what is pinned there and the slots of its outer
 * maps: the process that holds the lock of the directory {@code owner} in it. The kernel releases the lock when the process ends.
 *
 * <p>The objects of the process share the lock. Each claims the pins that it changes, so that no two of them change the same one. With its
 * last claim, the process gives up the set.
 */
final class PinSets {
    /** Guards the fields below, and those of each set. */
    private static final Mutex LOCK = new Mutex();

    static final Map<Path, PinSet> OWNED = new ConcurrentHashMap<>();

    private PinSets() {}

    /** The directory that the owner of the set of a pin locks. */
    static Path ownerOf(Path pin) {
        return PinNames.setOf(pin).resolve(PinNames.OWNER);
    }

    /**
     * Claims a pin, whether or not something is pinned there, until the result is closed. Becomes the owner of its set if this process is not.
     *
     * @param what the pin; or another object for a user who only needs this process to own the set
     * @param isCurrent whether the caller has just claimed another pin of the set
     * @return null if another process owns the set, or another object of this process has the claim
     * @throws BpfException also if somebody has removed or replaced the directory that this process has locked
     */
    static Pins.@Nullable Lock tryClaim(Pins pins, Path pin, Object what, PinOptions options, boolean isCurrent) {
        return LOCK.holding(() -> {
            PinSet set = OWNED.computeIfAbsent(PinNames.setOf(pin), PinSet::new);
            try (Undo undo = new Undo(() -> set.releaseIfUnused(pins))) {
                if (!set.claimed.add(what)) {
                    return null;
                }
                undo.add(() -> set.claimed.remove(what));
                Pins.Lock directories = pins.hold(set.directory);
                undo.add(directories::close);
                boolean isNew = set.lock == null;
                if (isNew) {
                    set.lock = pins.lock(ownerOf(pin), options);
                } else if (!isCurrent) {
                    requireCurrent(pin);
                }
                if (set.lock == null) {
                    return null;
                }
                if (isNew) {
                    PinFormat.requireKnownNow("change of the pins in " + set.directory, pins, pin);
                    Generation.tidy(pins, set.directory);
                    if (pins.place(set.directory.resolve(PinNames.NOW)) == null) {
                        pins.tryExchange(ownerOf(pin)); // where nobody else makes files
                    }
                }
                if (set.loads == 0 && set.mayBeClosed) {
                    removeDoor(pins, pin);
                    set.mayBeClosed = false;
                }
                return undo.commit(() -> release(set, what, pins, directories));
            }
        });
    }

    /** Ends a claim. */
    private static void release(PinSet set, Object what, Pins pins, Pins.Lock directories) {
        LOCK.holding(() -> {
            try (directories) {
                set.claimed.remove(what);
                set.releaseIfUnused(pins);
            }
        });
    }

    /** Throws if somebody has removed or replaced the directory that this process has locked. */
    static void requireCurrent(Path pin) {
        LOCK.holding(() -> {
            PinSet set = OWNED.get(PinNames.setOf(pin));
            if (set == null || set.lock == null || !set.lock.isCurrent()) {
                throw BpfException.of(Reason.CLOSED, "change of the pins in " + PinNames.setOf(pin))
                        .because("the directory " + ownerOf(pin)
                                + " is not the directory that this process has locked. Somebody has removed or replaced it, moved the pins,"
                                + " or mounted something over them. Another process may own the pins now, so nothing was changed. Close the"
                                + " objects that use these pins, and load them again");
            }
        });
    }

    /** The directory that keeps guests from attaching programs. */
    private static Path doorOf(Path pin) {
        return PinNames.setOf(pin).resolve(PinNames.NOW).resolve(PinNames.CLOSED);
    }

    /**
     * Closes the door of a set that this process owns: from now on, a guest attaches no program to its maps. The caller then looks for programs that
     * guests have loaded before. The door opens with the last result that is closed, or when a next owner tidies.
     */
    static Pins.Lock closeDoor(Pins pins, Path pin, PinOptions options) {
        return LOCK.holding(() -> {
            PinSet set = Objects.requireNonNull(OWNED.get(PinNames.setOf(pin)), "this process owns the set");
            set.mayBeClosed = true;
            if (pins.exists(PinNames.setOf(pin).resolve(PinNames.NOW))) { // a first generation comes with its door
                pins.createDirectory(doorOf(pin), options);
            }
            set.loads++;
            return () -> openDoor(set, pins, pin);
        });
    }

    private static void removeDoor(Pins pins, Path pin) {
        if (!pins.removeDirectory(doorOf(pin))) {
            pins.remove(doorOf(pin));
        }
    }

    /** Throws nothing, because the maps have changed already. */
    private static void openDoor(PinSet set, Pins pins, Path pin) {
        try {
            LOCK.holding(() -> {
                set.loads--;
                if (set.loads == 0) {
                    removeDoor(pins, pin);
                    set.mayBeClosed = false;
                }
            });
        } catch (BpfException e) {
            WarningLog.RUNTIME.warn(
                    "door " + doorOf(pin),
                    doorOf(pin)
                            + " could not be removed. Until the next load or start removes it, other processes can't attach programs to the "
                            + "maps beside it",
                    e);
        }
    }

    /** Whether this process owns the set of a pin. Does not wait for a thread that is becoming the owner. */
    static boolean isOwned(Path pin) {
        PinSet set = OWNED.get(PinNames.setOf(pin));
        return set != null && set.lock != null;
    }

    /** Whether an object of this process has the claim of a pin. */
    static boolean isClaimed(Path pin) {
        return LOCK.holding(() -> {
            PinSet set = OWNED.get(PinNames.setOf(pin));
            return set != null && set.claimed.contains(pin);
        });
    }

    /** Says who has the claim of a pin, as far as this process may know: {@code process 17 owns the pins in /sys/fs/bpf/acme}. */
    static String owner(Path pin) {
        return isClaimed(pin)
                ? "another object of this process owns the pin " + pin
                : Pins.Lock.holder(ownerOf(pin)) + " owns the pins in " + PinNames.setOf(pin);
    }

    /** A set that this process owns. */
    static final class PinSet {
        private final Path directory;
        private final Set<Object> claimed = new HashSet<>();
        volatile Pins.@Nullable Lock lock;

        /** How many loads keep the door closed. */
        private int loads;

        /** Whether a killed process, or a call that failed, may have left the door closed. */
        private boolean mayBeClosed = true;

        PinSet(Path directory) {
            this.directory = directory;
        }

        void releaseIfUnused(Pins pins) {
            Pins.Lock last = lock;
            if (!claimed.isEmpty()) {
                return;
            }
            OWNED.remove(directory, this);
            lock = null;
            if (last != null) {
                try (last) {
                    removeOwner(pins, last);
                }
            }
        }

        /** Removes the directory that is locked if nothing else is in the set. A process that waits for the lock creates it again. */
        private void removeOwner(Pins pins, Pins.Lock last) {
            try {
                Path owner = directory.resolve(PinNames.OWNER);
                if (last.isCurrent() && pins.removeDirectory(directory.resolve(PinNames.NOW))) {
                    // The kernel's own files, such as maps.debug, have a dot, which pins can't have.
                    if (pins.list(directory).stream()
                            .filter(file -> !String.valueOf(file.getFileName()).contains("."))
                            .toList()
                            .equals(List.of(owner))) {
                        pins.remove(owner);
                    }
                }
            } catch (BpfException e) {
                // It stays, as a process that is killed leaves it.
            }
        }
    }
}
