/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U8;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;

/** Tetragon: prefixes of addresses, paths and names. */
@BpfObject
interface PrefixSets {
    record Text256(@U32 long bits, @Size(256) ByteString text) {}

    record Text128(@U32 long bits, @Size(128) ByteString text) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 1)
    record Address4(@Key Ipv4Prefix prefix, @U8 int found) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 1)
    record Address6(@Key Ipv6Prefix prefix, @U8 int found) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 1)
    record Prefix(@Key Text256 text, @U8 int found) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 1)
    record Postfix(@Key Text128 text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Address4.class, maxEntries = 8)
    record Addresses4(@U32 long selector) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Address6.class, maxEntries = 8)
    record Addresses6(@U32 long selector) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Prefix.class, maxEntries = 8)
    record Prefixes(@U32 long selector) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Postfix.class, maxEntries = 8)
    record Postfixes(@U32 long selector) {}
}
