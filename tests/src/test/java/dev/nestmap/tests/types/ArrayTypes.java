/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U8;

/** Arrays of numbers and structs. */
@SuppressWarnings("ArrayRecordComponent") // arrays are the subject of the test
@BpfObject("array_types")
interface ArrayTypes {
    record Point(@U8 int x, @U16 int y) {}

    @InnerMap(maxEntries = 4)
    record One(@Key int id, @Size(1) @U8 byte[] data) {}

    @InnerMap(maxEntries = 4)
    record Large(@Key int id, @Size(32768) @U32 int[] table) {}

    @InnerMap(maxEntries = 4)
    record Grid(@Key int id, @Size({2, 3}) Point[][] points) {}

    @OuterMap(inner = One.class, maxEntries = 2)
    record Ones(@U32 long id) {}

    @OuterMap(inner = Large.class, maxEntries = 2)
    record Larges(@U32 long id) {}

    @OuterMap(inner = Grid.class, maxEntries = 2)
    record Grids(@U32 long id) {}
}
