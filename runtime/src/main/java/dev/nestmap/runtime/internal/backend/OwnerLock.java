/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The lock that makes an object the owner of a pinned link, or of the slots of a pinned outer map. It locks a directory beside the pin.
 * Several users in one object share it, until the last of them closes its share. If nothing is pinned at that time, the directory is removed. The kernel
 * releases the lock when the process ends.
 */
public final class OwnerLock {
    private final String subject;
    private final Pins pins;
    private final Path directory;
    private final PinOptions options;

    /** The pin of the link or outer map. */
    private final Path pin;

    /** Guards the fields below. */
    private final Mutex lock = new Mutex();

    private Pins.@Nullable Lock held;
    private int shares;

    private OwnerLock(String subject, Pins pins, Path directory, PinOptions options, Path pin) {
        this.subject = subject;
        this.pins = pins;
        this.directory = directory;
        this.options = options;
        this.pin = pin;
    }

    /**
     * The ownership of a pinned link.
     *
     * @param link an absolute path
     */
    public static OwnerLock ofLink(Pins pins, Path link, PinOptions options) {
        return new OwnerLock("the pinned link " + link, pins, directoryOfLink(link), options, link);
    }

    /** The directory that the owner of a pinned link locks. */
    public static Path directoryOfLink(Path link) {
        return link.resolveSibling(link.getFileName() + PinNames.OWNER);
    }

    /** Returns the pinned link whose owner locks a directory; null if the path has another name. */
    public static @Nullable Path linkOf(Path directory) {
        String name = String.valueOf(directory.getFileName());
        return name.endsWith(PinNames.OWNER) && name.length() > PinNames.OWNER.length()
                ? directory.resolveSibling(name.substring(0, name.length() - PinNames.OWNER.length()))
                : null;
    }

    /**
     * The ownership of the slots of a pinned outer map.
     *
     * @param directory that of the displaced maps
     */
    public static OwnerLock ofSlots(Pins pins, Path outer, Path directory, PinOptions options) {
        return new OwnerLock("the slots of the outer map " + outer, pins, directory, options, outer);
    }

    /**
     * Returns a share, which the caller closes. Waits for the owner as long as the options of the pins say.
     *
     * @param operation names the attachment in messages
     * @throws BpfException with {@link Errno#EAGAIN} if another process, or another object of this one, is the owner
     */
    public Pins.Lock acquire(String operation) {
        return acquire(operation, List.of(this)).get(0);
    }

    /**
     * Does the same for several ownerships, and waits until it gets all of them. It keeps none while it waits, so that the owner of one can
     * acquire the others.
     *
     * @param operation names the load in messages
     */
    public static List<Pins.Lock> acquire(String operation, Collection<OwnerLock> wanted) {
        Deque<OwnerLock> missing = new ArrayDeque<>(wanted);
        if (missing.isEmpty()) {
            return List.of();
        }
        Duration wait = missing.getFirst().options.ownerWait();
        try (Undo open = new Undo()) {
            wanted.forEach(ownership -> open.add(ownership.pins.keepOpen()::close));
            List<Pins.Lock> shares = PinLockWait.awaitEnd(wait, () -> tryAcquire(missing));
            if (shares == null) {
                throw missing.getFirst().owned(operation);
            }
            return shares;
        }
    }

    /** Null if one of them has another owner. That one is the first in the queue then, because the others are of no use before. */
    private static @Nullable List<Pins.Lock> tryAcquire(Deque<OwnerLock> wanted) {
        try (Undo undo = new Undo()) {
            List<Pins.Lock> shares = new ArrayList<>();
            for (OwnerLock ownership : wanted) {
                Pins.Lock share = Pins.Lock.explaining(ownership::tryAcquire);
                if (share == null) {
                    wanted.remove(ownership);
                    wanted.addFirst(ownership);
                    return null;
                }
                undo.add(share::close);
                shares.add(share);
            }
            return undo.commit(shares);
        }
    }

    private BpfException owned(String operation) {
        Duration waited = options.ownerWait();
        return BpfException.of(operation)
                .errno(Errno.EAGAIN.number())
                .because(pins.holder(directory) + " owns " + subject
                        + (waited.isZero()
                                ? ""
                                : " and did not end within "
                                        + waited.toString().substring(2).toLowerCase(Locale.ROOT))
                        + ", and nothing was changed. If it is an instance of the same service, end it first;"
                        + " PinOptions.withOwnerWait waits for its end")
                .build();
    }

    /** Returns a share, which the caller closes. Null if another process, or another object of this one, is the owner. */
    public Pins.@Nullable Lock tryAcquire() {
        return lock.holding(() -> {
            if (held == null) {
                held = pins.lock(directory, options);
            }
            if (held == null) {
                return null;
            }
            shares++;
            return this::release;
        });
    }

    /** Whether somebody has a share. */
    public boolean isHeld() {
        return lock.holding(() -> held != null);
    }

    /** Removes the directory of a link that was detached, unless a service still owns the link. */
    public void removeUnused() {
        try {
            Pins.Lock share = tryAcquire();
            if (share != null) {
                share.close();
            }
        } catch (BpfException e) {
            // It stays, as a process that is killed leaves it.
        }
    }

    private void release() {
        lock.holding(() -> {
            shares--;
            Pins.Lock last = held;
            if (shares == 0 && last != null) {
                held = null;
                try (last) {
                    removeUnusedOf(last);
                }
            }
        });
    }

    /** Removes the directory if nothing is pinned and it is empty. A process that waits for the lock creates it again. */
    private void removeUnusedOf(Pins.Lock last) {
        try {
            if (!pins.exists(pin) && !last.isRemoved()) {
                pins.remove(directory);
            }
        } catch (BpfException e) {
            // As above.
        }
    }
}
