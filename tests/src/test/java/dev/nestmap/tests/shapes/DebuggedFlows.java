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
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;

/** Katran: a map that Katran's C declares by sizes alone, with a key of 40 bytes and a value of 32. */
@BpfObject
interface DebuggedFlows {
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

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 64)
    record Debug(
            @Key FlowKey flow,
            @Size(16) ByteString l4Hop,
            @Size(16) ByteString thisHop) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Debug.class, maxEntries = 128)
    record FlowDebugMaps(@U32 long cpu) {}
}
