/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;

/** Katran: caches with one flow key, as an LRU hash with one list per CPU and as a per-CPU LRU hash. */
@BpfObject
interface BalancedFlows {
    @Union
    sealed interface Source {
        @Name("src")
        record V4(Inet4Address address) implements Source {}

        @Name("srcv6")
        record V6(@Size(16) ByteString address) implements Source {}
    }

    @Union
    sealed interface Destination {
        @Name("dst")
        record V4(Inet4Address address) implements Destination {}

        @Name("dstv6")
        record V6(@Size(16) ByteString address) implements Destination {}
    }

    @Union
    sealed interface Ports {
        @Name("ports")
        record Both(@U32 long both) implements Ports {}

        @Anonymous
        record Each(
                @Be16 @Name("sport") int source,
                @Be16 @Name("dport") int destination) implements Ports {}
    }

    record FlowKey(
            @Anonymous Untagged<Source> source,
            @Anonymous Untagged<Destination> destination,
            @Anonymous Untagged<Ports> ports,
            @U8 int proto) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 1000)
    record Chosen(@Key FlowKey flow, @U32 long pos, @U64 long atime) {}

    @InnerMap(type = MapType.LRU_PERCPU_HASH, maxEntries = 1000)
    record Global(@Key FlowKey flow, @U32 long pos) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Chosen.class, maxEntries = 128)
    record LruMapping(@U32 long cpu) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Global.class, maxEntries = 128)
    record GlobalLruMaps(@U32 long cpu) {}
}
