/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Lightswitch: packed rows in arrays of any length, which user space can map into memory. */
@BpfObject
interface UnwindRows {
    @Packed
    record Row(
            @U16 int pcLow,
            @U8 int cfaType,
            @U8 int rbpType,
            @U16 int cfaOffset,
            short rbpOffset) {}

    @InnerMap(
            type = MapType.ARRAY,
            maxEntries = 1,
            flags = {MapFlag.MMAPABLE, MapFlag.INNER_MAP})
    record Entry(@Key @U32 long index, Row row) {}

    @OuterMap(inner = Entry.class, maxEntries = 3000)
    record Executables(@U64 long id) {}
}
