/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import java.net.Inet4Address;

@BpfObject("load_balancer")
@BpfProgram(value = "balance", section = "xdp")
public interface LoadBalancer {
    /** Size of a table: a prime number, about 100 times the number of backends. The program has the same number. */
    int PLACES = 1021;

    /** The backend of the flows whose hash modulo {@link #PLACES} is {@code index}. */
    @InnerMap(type = MapType.ARRAY, maxEntries = PLACES)
    record Place(@Key @U32 long index, Inet4Address backend) {}

    @OuterMap(inner = Place.class, maxEntries = 256)
    record Service(Inet4Address address, @Be16 int port) {}

    /** Datagrams for each backend. Every CPU counts on its own, and Java adds the numbers up. */
    @BpfMap(type = MapType.PERCPU_HASH, maxEntries = 4096)
    record Traffic(@Key Inet4Address backend, @U64 long datagrams) {}
}
