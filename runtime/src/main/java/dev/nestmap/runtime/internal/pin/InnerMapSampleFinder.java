/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapDef;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds a sample of the inner maps of an outer map that has no text, because other software has pinned it, or because it was opened by its id. */
public record InnerMapSampleFinder(MapFactory factory) {
    /**
     * Creates an inner map that shows the kernel which ones a new outer map accepts, and that nobody pins. The caller closes it. A small one takes less
     * memory.
     */
    public static RawMap createForLoad(MapDef inner, MapFactory factory) {
        MapShape shape = MapShape.of(inner).requireSize();
        boolean isShrinkable = shape.kind().isHash() && !shape.kind().isLru();
        // map_extra of an RHASH must not exceed max_entries.
        return factory.of(inner).create(isShrinkable ? shape.withMaxEntries(1).withExtra(0) : shape, null);
    }

    /** Opens a sample, which the caller closes. Returns null if there is none, or this process may not open it. */
    public @Nullable RawMap find(RawMap outer) {
        return BatchScan.innerIds(outer).stream()
                .map(this::openIfAllowed)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Opens the map with this id. Returns null if it no longer exists, or this process lacks CAP_SYS_ADMIN. */
    private @Nullable RawMap openIfAllowed(int id) {
        return ifAllowed(() -> factory.open(id));
    }

    /** Returns what the kernel answers; null if this process may not ask it ({@code EPERM}). */
    public static <T> @Nullable T ifAllowed(Supplier<@Nullable T> question) {
        try {
            return question.get();
        } catch (BpfException e) {
            if (e.errno() == Errno.EPERM) {
                return null;
            }
            throw e;
        }
    }
}
