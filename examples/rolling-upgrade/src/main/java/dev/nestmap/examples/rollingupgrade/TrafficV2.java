/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Omittable;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The second version: the maps of {@code src/main/bpf/traffic_v2.bpf.c}. It also counts small datagrams. */
@BpfObject(value = "traffic_v2", was = "traffic_v1")
@BpfProgram(value = "count", section = "xdp")
interface TrafficV2 {
    /** Counts for one sender. Small datagrams have less than 128 bytes. */
    @InnerMap(maxEntries = 64)
    record Flow(
            @Key @Be16 int sourcePort,
            @Omittable @U64 long small,
            @U64 long packets,
            @U64 long bytes) {}

    /** A tenant, identified by the UDP port that it listens on. */
    @OuterMap(inner = Flow.class, maxEntries = 16, pin = "tenant")
    record Tenant(@U32 long port) {}
}
