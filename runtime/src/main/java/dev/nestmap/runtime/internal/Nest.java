/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import static dev.nestmap.runtime.internal.Errno.EEXIST;
import static dev.nestmap.runtime.internal.Errno.ENOENT;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An outer map with its inner maps, in bytes: the one place that changes its entries. Changes of one key come one after the
 * other, each waits for the kernel's grace period; changes of different keys share it. Keys lie at the start of a block, with
 * room for an id at {@link #idAt()}.
 */
public final class Nest {
    private static final int ANY = 0;
    private static final int NOEXIST = 1;
    private static final int EXIST = 2;
    private static final int STRIPES = 64;

    private final LeasedMap outer;
    private final MapShape innerShape;
    private final MapFactory factory;
    private final List<String> sleepablePrograms;
    private final InnerMaps inners;
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    /**
     * @param innerShape what a new inner map is like
     * @param sleepablePrograms names of the programs that use the outer map and do not hold up a grace period
     */
    Nest(LeasedMap outer, MapShape innerShape, MapFactory factory, List<String> sleepablePrograms) {
        this.outer = outer;
        this.innerShape = innerShape;
        this.factory = factory;
        this.sleepablePrograms = List.copyOf(sleepablePrograms);
        this.inners = new InnerMaps(outer, innerShape.name());
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** The shape that inner maps are declared with. */
    public MapShape innerShape() {
        return innerShape;
    }

    /** Names of programs that may go on writing to an inner map after it has left the outer map. */
    public List<String> sleepablePrograms() {
        return sleepablePrograms;
    }

    /** Where in a block a lookup puts the inner map's id. */
    public int idAt() {
        return Sizes.align(outer.shape().keySize());
    }

    /** A new inner map that is in no slot. */
    public RawMap make() {
        return factory.create(innerShape, null);
    }

    /** The inner map at the key, null when there is none. Costs one lookup, unless another process made the inner map. */
    public @Nullable Inner find(Block block, @Nullable Object key) {
        int id = idOf(block, key);
        if (id == 0) {
            return null;
        }
        Inner known = inners.get(id);
        return known != null ? known : open(block, key);
    }

    /** The inner map with this id, which an iteration found at the key; null when it has left meanwhile. */
    public @Nullable Inner find(Block block, @Nullable Object key, int id) {
        Inner known = inners.get(id);
        return known != null ? known : find(block, key);
    }

    /** Where in a block an inner map's value goes when its key is at {@code innerKeyAt}. */
    public int innerValueAt(int innerKeyAt) {
        return Sizes.align(innerKeyAt + innerShape.keySize());
    }

    /**
     * A lookup through both levels: the outer key is at 0, the inner key and room for the inner value where it is said. False
     * when either is absent. An inner map that leaves between the two lookups is looked for again.
     */
    public boolean lookupInner(Block block, @Nullable Object key, int innerKeyAt, int valueAt) {
        while (true) {
            Inner inner = find(block, key);
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
    public boolean contains(Block block, @Nullable Object key) {
        return idOf(block, key) != 0;
    }

    /**
     * Puts a new inner map at a key where there is none.
     *
     * @param fill fills the map before it is published
     * @return null when there is an inner map already
     */
    public @Nullable Inner create(Block block, @Nullable Object key, Consumer<Inner> fill) {
        if (contains(block, key)) {
            return null;
        }
        Inner fresh = register(make());
        boolean published = false;
        try {
            fill.accept(fresh);
            int result = publishIfAbsent(block, key, fresh);
            if (result != 0 && result != -EEXIST) {
                throw MapOperation.UPDATE.failed(outer.shape(), key, result);
            }
            published = result == 0;
            return published ? fresh : null;
        } finally {
            if (!published) {
                inners.remove(fresh, "it was not published, because its creation failed");
            }
        }
    }

    /** Puts an inner map of the caller's at the key; its handle is spent. What was there is released. */
    public Inner put(Block block, @Nullable Object key, LeasedMap owned) {
        String spent = "it was put into " + outer.shape().name() + ", which owns the map now";
        ReentrantLock lock = lock(block);
        try {
            int before = idOf(block, key);
            Spending spending = new Spending(block);
            int result = owned.spend(spent, spending);
            if (result != 0) {
                throw MapOperation.UPDATE.failed(outer.shape(), key, result);
            }
            Inner inner = spending.inner();
            if (before != inner.id()) {
                inners.remove(
                        before,
                        "its entry was replaced by a put to " + outer.shape().name());
            }
            return inner;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts an empty inner map in place of the one at the key, and returns the latter when every program that could have got
     * hold of it has ended and all calls through its handles have. Null when there is none.
     *
     * @param exact whether to refuse when other slots hold the map too
     */
    public @Nullable RawMap rotate(Block block, @Nullable Object key, boolean exact) {
        ReentrantLock lock = lock(block);
        try {
            Inner old = find(block, key);
            if (old == null) {
                return null;
            }
            if (exact) {
                refuseSecondSlot(key, old.id());
            }
            return exchange(block, key, old);
        } finally {
            lock.unlock();
        }
    }

    /** Removes the entry and lets go of its inner map; false when there is none. */
    public boolean remove(Block block, @Nullable Object key) {
        ReentrantLock lock = lock(block);
        try {
            int before = idOf(block, key);
            int result = outer.delete(block, 0);
            if (result == -ENOENT) {
                return false;
            }
            if (result != 0) {
                throw MapOperation.DELETE.failed(outer.shape(), key, result);
            }
            inners.remove(before, "its entry was removed from " + outer.shape().name());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of every inner map. Nobody is in a call of the outer map any more. */
    void close(String why) {
        inners.close(why);
    }

    private @Nullable RawMap exchange(Block block, @Nullable Object key, Inner old) {
        Inner twin = register(factory.create(old.map().shape(), null));
        boolean published = false;
        old.leaves();
        try {
            int result = outer.updateInner(block, 0, twin.raw(), isArray() ? ANY : EXIST);
            if (result == -ENOENT) {
                return null;
            }
            if (result != 0) {
                throw MapOperation.UPDATE.failed(outer.shape(), key, result);
            }
            published = true;
            inners.published(twin);
            return inners.detach(old, "its entry of " + outer.shape().name() + " was rotated");
        } finally {
            if (!published) {
                inners.published(old);
                inners.remove(twin, "it was not published, because the rotation failed");
            }
        }
    }

    private int publishIfAbsent(Block block, @Nullable Object key, Inner fresh) {
        ReentrantLock lock = lock(block);
        try {
            if (isArray() && contains(block, key)) {
                return -EEXIST; // an array of maps knows no BPF_NOEXIST: EINVAL
            }
            int result = outer.updateInner(block, 0, fresh.raw(), isArray() ? ANY : NOEXIST);
            if (result == 0) {
                inners.published(fresh);
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Inner open(Block block, @Nullable Object key) {
        Inner opened = openLocked(block, key);
        inners.forgetSometimes();
        return opened;
    }

    private @Nullable Inner openLocked(Block block, @Nullable Object key) {
        ReentrantLock lock = lock(block);
        try {
            for (int id = idOf(block, key); id != 0; id = idOf(block, key)) {
                Inner known = inners.get(id);
                if (known != null) {
                    return known;
                }
                RawMap raw = factory.open(id);
                if (raw != null) {
                    Inner inner = register(raw);
                    inners.published(inner);
                    return inner;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private Inner register(RawMap raw) {
        try {
            return inners.add(raw);
        } catch (BpfException e) {
            raw.close();
            throw e;
        }
    }

    private int idOf(Block block, @Nullable Object key) {
        int result = outer.lookup(block, 0, idAt());
        if (result == -ENOENT) {
            return 0;
        }
        if (result != 0) {
            throw MapOperation.LOOKUP.failed(outer.shape(), key, result);
        }
        return block.bytes().getInt(idAt());
    }

    private void refuseSecondSlot(@Nullable Object key, int id) {
        int slots = 0;
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                slots += batch.values().bytes().getInt(i * Integer.BYTES) == id ? 1 : 0;
            }
        }
        if (slots > 1) {
            throw new BpfException(
                    "rotation",
                    outer.shape().name(),
                    key,
                    0,
                    "the inner map is in " + slots + " slots, so programs go on writing to it;"
                            + " pass Exactness.BEST_EFFORT to rotate this slot all the same",
                    List.of(),
                    null);
        }
    }

    private boolean isArray() {
        return outer.shape().kind() == MapKind.ARRAY_OF_MAPS;
    }

    private ReentrantLock lock(Block block) {
        ReentrantLock lock = stripes[Math.floorMod(hashOfKey(block), STRIPES)];
        lock.lock();
        return lock;
    }

    private int hashOfKey(Block block) {
        int hash = 1;
        for (int i = 0; i < outer.shape().keySize(); i++) {
            hash = 31 * hash + block.bytes().get(i);
        }
        return hash;
    }

    /** Publishes a map that a handle hands over, and takes it when that succeeds. */
    private final class Spending implements ToIntFunction<RawMap> {
        private final Block block;
        private @Nullable Inner inner;

        Spending(Block block) {
            this.block = block;
        }

        @Override
        public int applyAsInt(RawMap raw) {
            Inner known = inners.get(raw.id());
            Inner entry = known != null ? known : inners.add(raw);
            int result = -1;
            try {
                result = outer.updateInner(block, 0, raw, ANY);
            } finally {
                settle(raw, entry, known != null, result == 0);
            }
            inner = entry;
            return result;
        }

        /** A map that is in another slot of this outer map is open already; then this way to it is one too many. */
        private void settle(RawMap raw, Inner entry, boolean known, boolean published) {
            if (published) {
                inners.published(entry);
            } else if (!known) {
                inners.detach(entry, "it was not published");
            }
            if (published && known) {
                raw.close();
            }
        }

        Inner inner() {
            return Objects.requireNonNull(inner, "published");
        }
    }
}
