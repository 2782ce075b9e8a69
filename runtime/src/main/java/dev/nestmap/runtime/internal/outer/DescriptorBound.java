/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.outer.InnerMapOpener.Obstacle;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many inner maps in slots this process has open, over all outer maps. Each takes a file descriptor. If more are needed, it
 * suspends idle ones. A change may exceed the bound until it ends, because its maps must stay open.
 */
final class DescriptorBound {
    /** System property: the number of inner maps in slots that stay open. */
    static final String PROPERTY = "nestmap.openInnerMaps";

    /** The largest default: an open map also takes some memory of the JVM. */
    private static final int MOST_BY_DEFAULT = 1 << 14;

    /**
     * The default bound is the number of files that the process may open, divided by this. The other files are for maps that are drained,
     * and for the service.
     */
    private static final int FILES_DIVISOR = 2;

    /** The number of inner maps that should be created at a time is the bound, divided by this. */
    private static final int CREATED_DIVISOR = 2;

    /** The number of maps that are suspended in addition is the bound, divided by this. So not every opening of a map suspends others. */
    private static final int EXTRA_DIVISOR = 32;

    /** How often an action is tried if other threads take each descriptor that this class has closed. */
    private static final int MOST_TRIES = 100;

    private static final AtomicInteger OPEN = new AtomicInteger();
    private static final Set<OpenInnerMaps> USERS =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final int limit;

    /** The number of files that this process may open. Read in advance, because reading it takes a file descriptor. */
    private final long files;

    private final AtomicBoolean warned = new AtomicBoolean();

    private DescriptorBound(long limit, long files) {
        this.limit = (int) limit;
        this.files = files;
    }

    /**
     * The bound that the system property sets, or by default half of the files that this process may open.
     *
     * @throws IllegalArgumentException if the system property is not a positive number
     */
    static DescriptorBound configured() {
        String text = System.getProperty(PROPERTY);
        long files = OpenFiles.limit();
        if (text == null) {
            return new DescriptorBound(Math.max(1, Math.min(MOST_BY_DEFAULT, files / FILES_DIVISOR)), files);
        }
        if (!text.matches("0*[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("the system property " + PROPERTY + " is \"" + text
                    + "\": set it to the number of inner maps that stay open, from 1 to 999999999, or leave it out");
        }
        return new DescriptorBound(Long.parseLong(text), files);
    }

    /**
     * The result of a search for idle maps.
     *
     * @param count the number of descriptors that were closed
     * @param obstacle why another map could not be opened again if its descriptor were closed; null if no map was found that has one
     */
    record Suspended(int count, @Nullable Obstacle obstacle) {}

    /** The number of inner maps in slots that are open in this process. */
    static AtomicInteger open() {
        return OPEN;
    }

    /** How many of the wanted inner maps should be created at a time: at most half of the bound, because their descriptors exceed it. */
    int most(int wanted) {
        return Math.max(1, Math.min(wanted, limit / CREATED_DIVISOR));
    }

    /** Adds the inner maps of an outer map, whose descriptors this class may close. */
    void add(OpenInnerMaps user) {
        USERS.add(user);
    }

    /**
     * Runs an action that opens or creates a map. Makes room for its descriptor before, if more maps are open than allowed.
     * If the process can't open another file, closes all idle maps and runs the action again, until it succeeds or no map is idle.
     */
    <T extends @Nullable Object> T opening(OpenInnerMaps user, Supplier<T> action) {
        makeRoom(user, 1);
        return creating(user, action);
    }

    /** Like {@link #opening}, for a map that is put into a slot by a change, which ends with {@link #makeRoom}. */
    <T extends @Nullable Object> T creating(OpenInnerMaps user, Supplier<T> action) {
        for (int tries = 1; ; tries++) {
            try {
                return action.get();
            } catch (BpfException e) {
                if (e.errnoNumber() != ErrnoNumbers.EMFILE) {
                    throw e;
                }
                Suspended suspended = suspend(user, Integer.MAX_VALUE);
                if (suspended.count() == 0 || tries == MOST_TRIES) {
                    throw exhausted(e, suspended.obstacle());
                }
            }
        }
    }

    /** Suspends idle maps until so many more can be opened. Logs a warning if maps can't be suspended. */
    void makeRoom(OpenInnerMaps user, int more) {
        int excess = OPEN.get() + more - limit;
        if (excess > 0) {
            Obstacle obstacle = suspend(user, excess + limit / EXTRA_DIVISOR).obstacle();
            if (obstacle != null && warned.compareAndSet(false, true)) {
                WarningLog.RUNTIME.warn("open inner maps of " + user.outerName(), warning(user, obstacle), null);
            }
        }
    }

    /** Suspends idle maps: first those of the given user, which probably has most. */
    private static Suspended suspend(OpenInnerMaps user, int most) {
        Suspended own = user.suspendIdle(most);
        int count = own.count();
        List<OpenInnerMaps> others;
        synchronized (USERS) {
            others = count < most ? List.copyOf(USERS) : List.of();
        }
        for (OpenInnerMaps other : others) {
            if (count < most && !other.equals(user)) {
                count += other.suspendIdle(most - count).count();
            }
        }
        return new Suspended(count, count < most ? own.obstacle() : null);
    }

    private String warning(OpenInnerMaps user, Obstacle obstacle) {
        int open = OPEN.get();
        long last = open + Math.max(0, files - OpenFiles.count());
        return "each inner map of " + user.outerName() + " keeps a file descriptor, because " + obstacle.reason() + ". "
                + open
                + " are open. This process may open " + files
                + " files (ulimit -n), so the creation of inner maps will fail at about "
                + last + ". Raise the limit (LimitNOFILE= in systemd)" + obstacle.remedies();
    }

    private BpfException exhausted(BpfException cause, @Nullable Obstacle obstacle) {
        String why = obstacle == null
                ? "they are all in use. Create, rotate or put fewer inner maps in a call, or raise the limit (LimitNOFILE= in systemd)"
                : obstacle.reason() + ". Raise the limit (LimitNOFILE= in systemd)" + obstacle.remedies();
        return BpfException.of(cause.operation())
                .map(cause.map())
                .errno(cause.errnoNumber())
                .because("this process has reached its limit of open files (ulimit -n), " + files + ". Of these, "
                        + OPEN.get()
                        + " are inner maps in slots or on the way into one, and Nestmap can close none of them: " + why)
                .cause(cause)
                .build();
    }
}
