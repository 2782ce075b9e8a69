/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.LongList;
import java.net.Inet4Address;

/** Entries with values of each kind. */
@BpfObject("many_types")
interface ManyTypes {
    enum Color {
        RED,
        GREEN
    }

    record SampleKey(Inet4Address source, @Be16 int port) {}

    @InnerMap(maxEntries = 16)
    record Sample(
            @Key SampleKey key,
            Color color,
            @Size(8) String name,
            @Size(2) ByteString mark,
            @U64 long bytes,
            int drift,
            boolean seen,
            @Size(2) @U64 LongList slots) {}

    @OuterMap(inner = Sample.class, maxEntries = 4)
    record Group(@U32 long region, @U32 long id) {}
}
