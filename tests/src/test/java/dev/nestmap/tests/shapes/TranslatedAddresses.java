/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;

/** Cilium: translated addresses per cluster, with a union of one named and two anonymous structs, and LRU hashes with one list per CPU. */
@BpfObject
interface TranslatedAddresses {
    @Union
    sealed interface V6addr {
        @Anonymous
        @Packed
        record Words(
                @U32 long p1,
                @U32 long p2,
                @U32 long p3,
                @U32 long p4) implements V6addr {}

        @Anonymous
        @Packed
        record Halves(@U64 long d1, @U64 long d2) implements V6addr {}

        @Name("addr")
        record Bytes(@Size(16) ByteString bytes) implements V6addr {}
    }

    record Common(
            @U64 long created,
            @U64 long needsCt,
            @U64 long pad1,
            @U64 long pad2) {}

    @Packed
    record Tuple6(
            Untagged<V6addr> daddr,
            Untagged<V6addr> saddr,
            @Be16 int dport,
            @Be16 int sport,
            @U8 int nexthdr,
            @U8 int flags) {}

    @Union
    sealed interface Target {
        @Packed
        @Name("nat_info")
        record ReverseNat(Untagged<V6addr> address, @Be16 int port) implements Target {}

        @Anonymous
        @Packed
        record From(
                @Name("to_saddr") Untagged<V6addr> address,
                @Name("to_sport") @Be16 int port) implements Target {}

        @Anonymous
        @Packed
        record To(
                @Name("to_daddr") Untagged<V6addr> address,
                @Name("to_dport") @Be16 int port) implements Target {}
    }

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 512, flags = MapFlag.NO_COMMON_LRU)
    record Snat(@Key Tuple6 tuple, Common common, @Anonymous Untagged<Target> target) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Snat.class, maxEntries = 256, pin = "clusters/snat6")
    record PerClusterSnat(@U32 long cluster) {}
}
