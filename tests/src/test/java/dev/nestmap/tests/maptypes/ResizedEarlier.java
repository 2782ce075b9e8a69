/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The maps of {@link Resized} in a version with HASH. */
@BpfObject("resized_earlier")
interface ResizedEarlier {
    @InnerMap(maxEntries = Resized.PEERS)
    record Peer(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Peer.class, maxEntries = 8, pin = "acme/peers")
    record PeersBy(@U32 long tenant) {}

    @BpfMap(maxEntries = 512, pin = "acme/plain")
    record PlainPeer(@Key @U32 long id, @U64 long packets) {}
}
