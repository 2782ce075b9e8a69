/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Flows as in the README, in maps of any size, for {@link GrowthMeasurement}. */
@BpfObject("growing")
interface Growing {
    record FlowKey(
            @U32 long source,
            @U32 long destination,
            @Be16 int sourcePort,
            @Be16 int destinationPort) {}

    @InnerMap(sizedAtLoad = true)
    record Flow(@Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Flow.class, sizedAtLoad = true, pin = "tenant")
    record Tenant(@U32 long port) {}
}
