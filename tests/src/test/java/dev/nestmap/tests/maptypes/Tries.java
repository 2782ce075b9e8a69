/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;

/** LPM tries over addresses and over bits of the user's own: plain, and in both types of outer map. */
@BpfObject("tries")
interface Tries {
    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 8)
    record Route(@Key Ipv4Prefix prefix, @U32 long via, @U64 long packets) {}

    @OuterMap(inner = Route.class, maxEntries = 8)
    record RoutesBy(@U32 long tenant) {}

    @OuterMap(inner = Route.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record RoutesAt(@U32 int index) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 8)
    record Route6(@Key Ipv6Prefix prefix, @U32 long via) {}

    /** A key with three bytes of padding after the bits. */
    record Bits(@U32 long length, @Size(5) ByteString bits) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 1024)
    record Name(@Key Bits bits, @U32 long owner) {}

    /** A map with keys only. */
    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 8)
    record Blocked(@Key Ipv4Prefix prefix) {}
}
