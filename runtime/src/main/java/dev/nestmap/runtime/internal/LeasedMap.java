/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.InvalidHandleException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

/**
 * One way to a map, which can be cut off at any time: calls that are under way end first, later ones throw and say why. So a
 * file descriptor is closed only when nobody uses it and is used by nobody after that, when its number may be another file's.
 */
public final class LeasedMap implements RawMap {
    /** What {@link #lookupIfValid} answers when the handle is not valid any more; no errno. */
    public static final int REVOKED = Integer.MIN_VALUE;

    private final RawMap raw;
    private final MapShape shape;
    private final Lease lease = new Lease();

    /** Held while the handle goes from one owner to another, so that closing and spending do not cross. */
    private final ReentrantLock ownership = new ReentrantLock();

    private boolean gone;
    private volatile String reason = "";

    /**
     * A way to {@code raw}.
     *
     * @param name the map's name as it was declared; the kernel may have kept less of it
     */
    public LeasedMap(String name, RawMap raw) {
        MapShape seen = raw.shape();
        this.raw = raw;
        this.shape = new MapShape(name, seen.kind(), seen.keySize(), seen.valueSize(), seen.maxEntries(), seen.flags());
    }

    @Override
    public MapShape shape() {
        return shape;
    }

    @Override
    public int id() {
        return raw.id();
    }

    @Override
    public int lookup(Block block, int keyAt, int valueAt) {
        enter();
        try {
            return raw.lookup(block, keyAt, valueAt);
        } finally {
            lease.exit();
        }
    }

    /** {@link #lookup}, but {@link #REVOKED} instead of an exception. */
    int lookupIfValid(Block block, int keyAt, int valueAt) {
        if (!lease.enter()) {
            return REVOKED;
        }
        try {
            return raw.lookup(block, keyAt, valueAt);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int update(Block block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.update(block, keyAt, valueAt, flags);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int delete(Block block, int keyAt) {
        enter();
        try {
            return raw.delete(block, keyAt);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int nextKey(Block block, int keyAt, int nextAt) {
        enter();
        try {
            return raw.nextKey(block, keyAt, nextAt);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int lookupBatch(Batch batch) {
        enter();
        try {
            return raw.lookupBatch(batch);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int updateInner(Block block, int keyAt, RawMap inner, long flags) {
        enter();
        try {
            return raw.updateInner(block, keyAt, inner, flags);
        } finally {
            lease.exit();
        }
    }

    /** Cuts the handle off and leaves the map itself to its owner. */
    public void revoke(String why) {
        ownership.lock();
        try {
            leave(why);
        } finally {
            ownership.unlock();
        }
    }

    /** Cuts the handle off and closes the map, unless somebody has done so before or has taken the map over. */
    public void close(String why) {
        ownership.lock();
        try {
            if (leave(why)) {
                raw.close();
            }
        } finally {
            ownership.unlock();
        }
    }

    @Override
    public void close() {
        close("it was closed");
    }

    /** Cuts the handle off and hands out the map, which the caller then owns. */
    RawMap detach(String why) {
        ownership.lock();
        try {
            if (!leave(why)) {
                throw invalid();
            }
            return raw;
        } finally {
            ownership.unlock();
        }
    }

    /**
     * Hands the map over if {@code use} succeeds, that is, returns 0: the handle is cut off and the map belongs to whom it was
     * handed. Otherwise it is as before. Nobody writes through the handle meanwhile.
     */
    int spend(String why, ToIntFunction<RawMap> use) {
        ownership.lock();
        try {
            if (!leave(why)) {
                throw invalid();
            }
            boolean taken = false;
            try {
                int result = use.applyAsInt(raw);
                taken = result == 0;
                return result;
            } finally {
                if (!taken) {
                    gone = false;
                    lease.reinstate();
                }
            }
        } finally {
            ownership.unlock();
        }
    }

    private boolean leave(String why) {
        if (gone) {
            return false;
        }
        gone = true;
        reason = why;
        lease.revoke();
        return true;
    }

    private void enter() {
        if (!lease.enter()) {
            throw invalid();
        }
    }

    private InvalidHandleException invalid() {
        return new InvalidHandleException(shape.name(), reason);
    }
}
