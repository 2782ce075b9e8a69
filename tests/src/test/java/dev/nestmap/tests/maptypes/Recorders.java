/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Ring buffers that overwrite their oldest events: a flight recorder for each tenant. */
@BpfObject("recorders")
interface Recorders {
    int BYTES = 16384;

    @InnerMap(type = MapType.RINGBUF, maxEntries = BYTES, flags = MapFlag.RB_OVERWRITE)
    record Happened(@U64 long number, @U64 long complement) {}

    @OuterMap(inner = Happened.class, maxEntries = 8)
    record Recorder(@U32 long tenant) {}
}
