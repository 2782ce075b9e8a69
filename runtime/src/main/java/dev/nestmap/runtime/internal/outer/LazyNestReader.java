/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.map.NestReader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Creates the {@link NestReader} of an outer map when it would have saved enough time in the reads so far. Refers to no handle, so that
 * {@link dev.nestmap.runtime.internal.handle.LeakedOuterMap} can close it.
 */
final class LazyNestReader {
    /** Creating a reader takes some 10 ms. Nestmap creates it when it would have saved a tenth of that. */
    static final int MICROS_BEFORE = 1000;

    /** What a reader saves, measured: for an entry that is looked up, and for an inner map that is copied. */
    private static final int MICROS_OF_LOOKUP = 1;

    private static final int MICROS_OF_COPY = 15;

    private final MapShape outerShape;
    private final MapShape innerShape;
    private final MapFactory factory;
    private final ReadPath path = ReadPath.configured();
    private final AtomicBoolean attempted = new AtomicBoolean();
    private volatile @Nullable NestLayout layout;
    private volatile @Nullable NestReader reader;

    /** What a reader would have saved. Counted without synchronization: a lost addition does no harm. */
    private int micros;

    LazyNestReader(MapShape outerShape, MapShape innerShape, MapFactory factory) {
        this.outerShape = outerShape;
        this.innerShape = innerShape;
        this.factory = factory;
    }

    /** The layout of requests. */
    NestLayout layout() {
        NestLayout known = layout;
        if (known == null) {
            known = NestLayout.of(outerShape, innerShape, innerShape.valueBytes(factory::possibleCpus));
            layout = known;
        }
        return known;
    }

    /** Whether maps are scanned in batches, if there is no reader. */
    boolean inBatches() {
        return path != ReadPath.SINGLE;
    }

    /** Returns the reader for this number of lookups; null if there is none, or not yet. */
    @Nullable
    NestReader forLookups(LeasedMap outer, int count) {
        NestReader existing = reader;
        return existing != null ? existing : create(outer, count * MICROS_OF_LOOKUP);
    }

    /** Returns the reader for copies of this number of inner maps; null if there is none, or not yet. */
    @Nullable
    NestReader forCopies(LeasedMap outer, int count) {
        NestReader existing = reader;
        return existing != null ? existing : create(outer, count * MICROS_OF_COPY);
    }

    private @Nullable NestReader create(LeasedMap outer, int saved) {
        if (path != ReadPath.PROGRAM || attempted.get()) {
            return null;
        }
        micros += saved;
        if (micros >= MICROS_BEFORE && attempted.compareAndSet(false, true)) {
            reader = outer.whileValid(() -> factory.nestReader(outer.raw(), innerShape, layout()));
        }
        return reader;
    }

    /** Closes the reader. No thread is in a call of the outer map any more. */
    void close() {
        NestReader closing = reader;
        reader = null;
        if (closing != null) {
            closing.close();
        }
    }
}
