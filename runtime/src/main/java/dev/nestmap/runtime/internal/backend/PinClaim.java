/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.LockHolder;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one object to a pinned map or link. Whoever has it owns the set of the pin: see {@link PinSets}. Several users in the object
 * share it, until the last of them closes its share.
 */
public final class PinClaim {
    private final Pins pins;
    private final Path pin;
    private final Object what;
    private final PinOptions options;

    /** Guards the fields below. */
    private final Mutex lock = new Mutex();

    private Pins.@Nullable Lock held;
    private int shares;

    /**
     * Makes no system calls.
     *
     * @param pin an absolute path
     */
    public PinClaim(Pins pins, Path pin, PinOptions options) {
        this(pins, pin, pin, options);
    }

    private PinClaim(Pins pins, Path pin, Object what, PinOptions options) {
        this.pins = pins;
        this.pin = pin;
        this.what = what;
        this.options = options;
    }

    /** For a user who changes a pin whoever in this process has its claim, and only excludes other processes. */
    public static PinClaim shared(Pins pins, Path pin, PinOptions options) {
        return new PinClaim(pins, pin, new Object(), options);
    }

    /** The process that owns the set of a pin; null if none does, or this process may not know it. */
    public static @Nullable LockHolder ownerOf(Path pin) {
        return LockHolder.of(PinSets.ownerOf(pin), LockHolder.Kind.FLOCK);
    }

    /**
     * Returns a share, which the caller closes. Waits for the owner as long as the options of the pins say.
     *
     * @param operation names the caller's operation in messages
     * @throws BpfException with {@link Errno#EAGAIN} if another process owns the set, or another object of this one has the claim
     */
    public Pins.Lock acquire(String operation) {
        return acquire(operation, List.of(this), () -> true).get(0);
    }

    /**
     * Does the same for several claims, and waits until it gets all of them. It tries them in the order of their paths, and keeps none while it
     * waits, so that the owner of one can acquire the others.
     *
     * @param isNeeded returns false if the caller does not need them any more; then the result is empty
     */
    public static List<Pins.Lock> acquire(String operation, Collection<PinClaim> wanted, BooleanSupplier isNeeded) {
        if (wanted.isEmpty()) {
            return List.of();
        }
        List<PinClaim> sorted =
                wanted.stream().sorted(Comparator.comparing(claim -> claim.pin)).toList();
        Duration wait = sorted.get(0).options.ownerWait();
        List<PinClaim> missing = new ArrayList<>();
        List<Pins.Lock> acquired = PinLockWait.awaitEnd(wait, () -> {
            List<Pins.Lock> shares = tryAcquire(sorted, missing);
            return shares == null && !isNeeded.getAsBoolean() ? List.of() : shares;
        });
        if (acquired == null) {
            throw missing.get(0).owned(operation, wait);
        }
        return acquired;
    }

    /** @param missing becomes the claim that somebody else has, if this returns null */
    private static @Nullable List<Pins.Lock> tryAcquire(List<PinClaim> wanted, List<PinClaim> missing) {
        try (Undo undo = new Undo()) {
            List<Pins.Lock> acquired = new ArrayList<>();
            Set<Path> sets = new HashSet<>();
            for (PinClaim claim : wanted) {
                Pins.Lock share = claim.tryAcquire(!sets.add(PinNames.setOf(claim.pin)));
                if (share == null) {
                    missing.clear();
                    missing.add(claim);
                    return null;
                }
                undo.add(share::close);
                acquired.add(share);
            }
            return undo.commit(acquired);
        }
    }

    /** Returns a share, which the caller closes. Does not wait, and otherwise does the same as {@link #acquire(String)}. */
    public Pins.Lock require(String operation) {
        Pins.Lock share = tryAcquire();
        if (share == null) {
            throw owned(operation, Duration.ZERO);
        }
        return share;
    }

    /** Returns a share, which the caller closes. Null if another process owns the set, or another object of this one has the claim. */
    public Pins.@Nullable Lock tryAcquire() {
        return tryAcquire(false);
    }

    /** @param isCurrent whether the caller has just acquired another claim of the set */
    private Pins.@Nullable Lock tryAcquire(boolean isCurrent) {
        Share share = new Share();
        return lock.holding(() -> {
            if (held == null) {
                held = PinSets.tryClaim(pins, pin, what, options, isCurrent);
            } else if (!isCurrent) {
                PinSets.requireCurrent(pin);
            }
            if (held == null) {
                return null;
            }
            shares++;
            return share;
        });
    }

    /** Returns another share, which the caller closes, and makes no system call. Null if nobody has a share. */
    public Pins.@Nullable Lock tryShare() {
        Share share = new Share();
        return lock.holding(() -> {
            shares += held == null ? 0 : 1;
            return held == null ? null : share;
        });
    }

    /** Whether somebody has a share. */
    public boolean isHeld() {
        return lock.holding(() -> held != null);
    }

    /** Whether any object of this process has the claim of a pin. Unlike an attempt to acquire it, this is in nobody's way. */
    public static boolean isClaimed(Path pin) {
        return PinSets.isClaimed(pin);
    }

    /** Throws if somebody has removed or replaced what this process has locked. Does nothing if nobody has a share. */
    public void requireCurrent() {
        if (isHeld()) {
            PinSets.requireCurrent(pin);
        }
    }

    /**
     * Closes the door of the set, until the result is closed: a guest attaches no program to its maps, because they may be replaced or taken away. The
     * caller has a share. A process that is killed meanwhile leaves the door closed; the next owner opens it.
     */
    public Pins.Lock closeDoor() {
        return PinSets.closeDoor(pins, pin, options);
    }

    private BpfException owned(String operation, Duration waited) {
        return BpfException.of(Errno.EAGAIN.number(), operation).because(explanation(waited));
    }

    /** Says who has the claim: {@code process 17 owns the pins in /sys/fs/bpf/acme}. */
    public String owner() {
        return PinSets.owner(pin);
    }

    /** Says who has the claim, and what to do. */
    public String explanation() {
        return explanation(Duration.ZERO);
    }

    private String explanation(Duration waited) {
        return owner()
                + (waited.isZero()
                        ? ""
                        : " and did not end within "
                                + waited.toString().substring(2).toLowerCase(Locale.ROOT))
                + ", so nothing was changed. Make the change in the owner. For a new inner map, you can also request it on demand from the"
                + " owner's server (request). To wait for the end of the owner, load or attach with PinOptions.withOwnerWait";
    }

    /** A share of the claim. */
    private final class Share implements Pins.Lock {
        private boolean closed;

        @Override
        public void close() {
            lock.holding(() -> {
                if (!closed) {
                    closed = true;
                    shares--;
                    release();
                }
            });
        }
    }

    private void release() {
        Pins.Lock last = held;
        if (shares == 0 && last != null) {
            held = null;
            last.close();
        }
    }
}
