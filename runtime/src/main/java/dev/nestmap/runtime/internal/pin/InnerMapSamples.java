/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapKind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what tells of the maps that a pinned outer map holds, because the kernel does not: the prototype that is pinned beside it, or
 * one of the maps themselves.
 */
public record InnerMapSamples(MapFactory factory, Pins pins) {
    /** Where a prototype may be smaller than the maps that it stands for, and a smaller one takes less memory. */
    private static final Set<MapKind> SHRINKING = EnumSet.of(MapKind.HASH, MapKind.PERCPU_HASH);

    /** The size of a prototype that is smaller: it tells nothing of those that it stands for. */
    private static final int SHRUNK = 1;

    /** The shape of a prototype that need not tell the size of what it stands for. */
    static MapShape shrunk(MapShape shape) {
        return SHRINKING.contains(shape.kind()) ? shape.sized(SHRUNK) : shape;
    }

    /** A map like those that it holds, to be closed by the caller; null when there is none, or this process may not open it. */
    public @Nullable RawMap find(RawMap raw, PinPaths place) {
        RawMap prototype = pins.open(place.prototype(), PinAccess.READ_ONLY);
        if (prototype != null) {
            return prototype;
        }
        return held(raw);
    }

    private @Nullable RawMap held(RawMap raw) {
        for (BatchScan scan = new BatchScan(raw); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                RawMap inner = open(scan.batch().values().bytes().getInt(i * Integer.BYTES));
                if (inner != null) {
                    return inner;
                }
            }
        }
        return null;
    }

    /** The map with this id; null when there is none any more, or this process may not open it. */
    @Nullable
    RawMap open(int id) {
        try {
            return factory.open(id);
        } catch (BpfException e) {
            if (e.errno() == Errno.EPERM) {
                return null; // it takes CAP_SYS_ADMIN; then this is not verified
            }
            throw e;
        }
    }

    /** How many entries each holds; empty where the prototype does not tell, and the outer map holds none that this process may open. */
    public OptionalLong size(RawMap outer, PinPaths place) {
        RawMap prototype = pins.open(place.prototype(), PinAccess.READ_ONLY);
        MapShape told = prototype == null ? null : shapeOf(prototype);
        boolean tells = told != null
                && !told.name().equals(LayoutFingerprint.NONE)
                && !(SHRINKING.contains(told.kind()) && told.maxEntries() == SHRUNK);
        if (!tells) {
            RawMap held = held(outer);
            told = held == null ? null : shapeOf(held);
        }
        return told == null ? OptionalLong.empty() : OptionalLong.of(told.maxEntries());
    }

    /** Of what type they are; empty when nothing tells. */
    Optional<MapKind> kind(RawMap outer, PinPaths place) {
        return Optional.ofNullable(find(outer, place))
                .map(sample -> shapeOf(sample).kind());
    }

    private static MapShape shapeOf(RawMap raw) {
        try {
            return raw.shape();
        } finally {
            raw.close();
        }
    }
}
