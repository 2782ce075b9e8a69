/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.BulkPath;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.map.NestReader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Creates the {@link NestReader} of an outer map when reads take enough time without it. Refers to no handle, so
 * that it can be closed by {@link Holdings#whenAbandoned}.
 */
final class LazyNestReader {
    /** Creating a reader takes some 10 ms. Nestmap creates it when reads without it have taken a tenth of that, or are about to. */
    private static final int MICROS_BEFORE = 1000;

    /** How long reads without a reader take, measured: of an entry by its keys, and of a small inner map. */
    private static final int MICROS_OF_LOOKUP = 1;

    private static final int MICROS_OF_SCAN = 15;

    private static final int NANOS_PER_MICRO = 1000;

    private final MapShape outerShape;
    private final MapShape innerShape;
    private final MapFactory factory;
    private final BulkPath path = BulkPath.configured();
    private final AtomicBoolean attempted = new AtomicBoolean();
    private volatile @Nullable NestLayout layout;
    private volatile @Nullable NestReader reader;

    /** How long reads have taken without a reader. Counted without synchronization: a lost addition does no harm. */
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
        return path != BulkPath.SINGLE;
    }

    /** Uses this reader from now on, and closes it with the outer map. Called before the first read. */
    void use(NestReader given) {
        attempted.set(true);
        reader = given;
    }

    /** Returns the reader; null if there is none, or not yet. */
    @Nullable
    NestReader get(OpenMap outer) {
        NestReader existing = reader;
        return existing != null ? existing : create(outer, 0);
    }

    /** Returns the reader for this number of lookups; null if there is none, or not yet. */
    @Nullable
    NestReader forLookups(OpenMap outer, int count) {
        NestReader existing = reader;
        return existing != null ? existing : create(outer, count * MICROS_OF_LOOKUP);
    }

    /** Returns the reader for copies of this number of inner maps; null if there is none, or not yet. */
    @Nullable
    NestReader forCopies(OpenMap outer, int count) {
        NestReader existing = reader;
        return existing != null ? existing : create(outer, count * MICROS_OF_SCAN);
    }

    /** Whether a reader may be created later, so that the time of reads counts. */
    boolean isPending() {
        return path == BulkPath.PROGRAM && !attempted.get();
    }

    /** Adds the time of a read without a reader. Before Linux 6.8 a lookup in an outer map takes 10 ms, and later 1 µs. */
    void addTime(long nanos) {
        micros += (int) Math.min(MICROS_BEFORE, nanos / NANOS_PER_MICRO);
    }

    private @Nullable NestReader create(OpenMap outer, int expectedMicros) {
        if (!isPending()) {
            return reader;
        }
        micros = Math.min(MICROS_BEFORE, micros) + expectedMicros;
        if (micros >= MICROS_BEFORE && attempted.compareAndSet(false, true)) {
            // Assigned during the call: close() comes after all calls, and closes the reader that it finds.
            outer.whileValid(() -> reader = factory.nestReader(outer.raw(), innerShape, layout()));
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
