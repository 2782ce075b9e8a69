/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.map.LookupLayout;
import dev.nestmap.runtime.internal.map.ReadPath;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Loads the {@link MapProgram} of a map when enough keys were looked up without it. */
final class LazyMapProgram {
    /** To load a reader takes as long as to look up so many keys by system calls. So waiting for them at most doubles the time. */
    static final int KEYS_BEFORE = 10_000;

    /** From so many keys on, one run of the program takes less time than a system call for each of them. */
    static final int FEWEST_KEYS = 2;

    /** The most readers of a process, which may have thousands of inner maps. */
    static final int MOST_READERS = 32;

    private static final AtomicInteger READERS = new AtomicInteger();

    private final KernelMap map;
    private final boolean isPossible;

    /** The number of keys that were looked up without a reader. Counted without synchronization: a lost addition does no harm. */
    private int keys;

    private volatile boolean isAttempted;
    private volatile @Nullable MapProgram reader;

    LazyMapProgram(KernelMap map) {
        this.map = map;
        this.isPossible =
                ReadPath.configured() == ReadPath.PROGRAM && MapProgram.isFor(map.shape(), LookupLayout.of(map));
    }

    /** Looks up entries. Returns false if there is no reader, or not yet, or if it can't read now. */
    boolean lookup(Block requests, int count) {
        if (!isPossible || count < FEWEST_KEYS) {
            return false;
        }
        MapProgram existing = reader;
        if (existing == null && !isAttempted) {
            keys = Math.min(KEYS_BEFORE, keys) + count;
            existing = keys < KEYS_BEFORE ? null : load();
        }
        return existing != null && existing.lookup(requests, count);
    }

    private synchronized @Nullable MapProgram load() {
        if (!isAttempted && READERS.get() < MOST_READERS) {
            isAttempted = true;
            MapProgram loaded = MapProgram.load(map, LookupLayout.of(map));
            if (loaded != null) {
                READERS.incrementAndGet();
                reader = loaded;
            }
        }
        return reader;
    }

    /** Frees the reader. No thread uses it any more. */
    synchronized void close() {
        MapProgram closing = reader;
        reader = null;
        if (closing != null) {
            READERS.decrementAndGet();
            closing.close();
        }
    }
}
