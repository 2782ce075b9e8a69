/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Sockets per tenant. Programs that are attached to sockets look them up. */
@BpfObject("sockets")
interface Sockets {
    @InnerMap(type = MapType.SOCKMAP, maxEntries = 8)
    record Peer(@Key @U32 int index) {}

    @OuterMap(inner = Peer.class, maxEntries = 4)
    record PeersBy(@U32 long tenant) {}

    @InnerMap(type = MapType.SOCKHASH, maxEntries = 8)
    record Client(@Key @U64 long number) {}

    @OuterMap(inner = Client.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record ClientsAt(@U32 int tenant) {}

    @InnerMap(type = MapType.REUSEPORT_SOCKARRAY, maxEntries = 8)
    record Listener(@Key @U32 int index) {}

    @OuterMap(inner = Listener.class, maxEntries = 4)
    record ListenersBy(@U32 long tenant) {}

    /** The port that tenants connect to, or 0 for none. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record ListenPort(@Key @U32 int index, @U32 long port) {}
}
