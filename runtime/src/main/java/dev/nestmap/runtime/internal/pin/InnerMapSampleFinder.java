/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds a sample of an existing outer map's inner maps: the prototype pinned beside it, or one of the inner maps. The paths of the pins are
 * null if the outer map was not opened by a pin. Nestmap creates prototypes: they show the kernel which inner maps an outer map accepts.
 */
public record InnerMapSampleFinder(MapFactory factory, Pins pins) {
    /** The {@code max_entries} of a prototype that is smaller than the inner maps. */
    private static final int SHRUNK_ENTRIES = 1;

    /** Returns the shape for a prototype that need not have the size of the inner maps. A small prototype takes less memory. */
    public static MapShape shrunk(MapShape shape) {
        if (!isShrinkable(shape)) {
            return shape.requireSize();
        }
        // map_extra of an RHASH must not exceed max_entries.
        return shape.withMaxEntries(SHRUNK_ENTRIES).withExtra(0).requireSize();
    }

    /** Creates a prototype that libbpf passes to the kernel with an outer map, and that nobody pins. The caller closes it. */
    public static RawMap createForLoad(MapDef inner, MapFactory factory) {
        return factory.of(inner).create(shrunk(MapShape.of(inner)), null);
    }

    /** Opens a sample, which the caller closes. Returns null if there is none, or this process may not open it. */
    public @Nullable RawMap find(RawMap outer, @Nullable PinPaths paths) {
        RawMap prototype = openPrototype(paths);
        return prototype != null ? prototype : openAnyInner(outer);
    }

    private @Nullable RawMap openPrototype(@Nullable PinPaths paths) {
        return paths == null ? null : pins.open(paths.prototype(), MapAccess.READ_ONLY);
    }

    private @Nullable RawMap openAnyInner(RawMap outer) {
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

    /**
     * Returns {@code max_entries} of the inner maps. Empty if no prototype has their size, and the outer map holds no map that this
     * process may open.
     */
    public OptionalLong size(RawMap outer, @Nullable PinPaths paths) {
        try (RawMap prototype = openPrototype(paths)) {
            if (prototype != null && hasSizeOfInners(prototype.shape())) {
                return OptionalLong.of(prototype.shape().maxEntries());
            }
        }
        try (RawMap inner = openAnyInner(outer)) {
            return inner == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(inner.shape().maxEntries());
        }
    }

    /** Whether a prototype has the size of the inner maps, and not the smallest one. */
    private static boolean hasSizeOfInners(MapShape prototype) {
        return !(isShrinkable(prototype) && prototype.maxEntries() == SHRUNK_ENTRIES);
    }

    private static boolean isShrinkable(MapShape prototype) {
        return prototype.kind().isHash() && !prototype.kind().isLru();
    }

    /** Returns the type of the inner maps; empty if there is no sample. */
    public Optional<MapKind> kind(RawMap outer, @Nullable PinPaths paths) {
        try (RawMap sample = find(outer, paths)) {
            return Optional.ofNullable(sample).map(found -> found.shape().kind());
        }
    }
}
