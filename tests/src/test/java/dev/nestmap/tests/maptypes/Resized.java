/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Maps of the type RHASH where the kernel has it: plain, and in both types of outer map. */
@BpfObject(value = "resized", was = "resized_earlier")
interface Resized {
    int PEERS = 8192;

    @InnerMap(type = MapType.RHASH_OR_HASH, maxEntries = PEERS, mapExtra = 64, instances = "spilled")
    record Peer(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Peer.class, maxEntries = 8, pin = "acme/peers")
    record PeersBy(@U32 long tenant) {}

    @OuterMap(inner = Peer.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record PeersAt(@U32 int index) {}

    @BpfMap(type = MapType.RHASH_OR_HASH, maxEntries = 512, pin = "acme/plain")
    record PlainPeer(@Key @U32 long id, @U64 long packets) {}
}
