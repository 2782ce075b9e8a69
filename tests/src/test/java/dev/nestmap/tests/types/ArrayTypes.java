/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import java.net.Inet4Address;

/** Arrays of every element type. */
@SuppressWarnings("ArrayRecordComponent") // arrays are the subject of the test
@BpfObject("array_types")
interface ArrayTypes {
    enum Colour {
        RED,
        GREEN
    }

    record Point(@U8 int x, @U16 int y) {}

    record Line(@Size(2) Point[] ends) {}

    @BpfMap(maxEntries = 4)
    record Primitives(
            @Key int id,
            @Size(3) byte[] own,
            @Size(2) @U8 byte[] bits,
            @Size(2) @U8 short[] octets,
            @Size(2) @Be16 short[] rawPorts,
            @Size(2) @Be16 int[] ports,
            @Size(2) @U16 short[] shorts,
            @Size(2) @U32 int[] ints,
            @Size(2) @U32 long[] wide,
            @Size(2) @U64 long[] longs,
            @Size(3) boolean[] flags) {}

    @BpfMap(maxEntries = 4)
    record Objects(
            @Key int id,
            @Size(2) Inet4Address[] hosts,
            @Size(2) Colour[] colours,
            @Size(3) @U8 Colour[] narrow,
            @Size(2) Line[] lines,
            @Size({2, 3}) @U8 byte[][] grid,
            @Size({2, 1, 2}) @U16 int[][][] cube) {}

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
