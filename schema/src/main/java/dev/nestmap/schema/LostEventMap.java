/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.Scalar;
import java.util.Optional;

/**
 * The map in which programs count the events that a stream has lost, in its only entry: {@code opened_lost} for the ring buffer {@code opened}.
 * It needs no capability, so no record has to ask for it. In C and BTF, only its name links it to the stream.
 */
public final class LostEventMap {
    /** Suffix of its name, after the name of the stream. */
    public static final String SUFFIX = "_lost";

    private LostEventMap() {}

    /** Whether helpers count the events of this map that are lost. */
    public static boolean isCounted(MapDef map) {
        return map.role() == MapRole.PLAIN
                && map.value() != null
                && map.isStream()
                && map.kind() != MapKind.USER_RINGBUF;
    }

    /** The map for this stream. */
    public static MapDef of(MapDef stream) {
        return new MapDef(
                stream.baseName() + SUFFIX, MapRole.LOST_EVENTS, MapKind.ARRAY, 1, 0, Scalar.U32, Scalar.U64, null);
    }

    /** The map in a schema for this stream; empty if programs do not count what is lost, or for another map. */
    public static Optional<MapDef> in(Schema schema, MapDef map) {
        return isCounted(map)
                ? schema.map(map.baseName() + SUFFIX).filter(counts -> counts.role() == MapRole.LOST_EVENTS)
                : Optional.empty();
    }
}
