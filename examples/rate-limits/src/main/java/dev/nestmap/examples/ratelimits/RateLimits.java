/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.CTimeUnit;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.Unit;
import java.net.Inet4Address;
import java.time.Duration;

@BpfObject("rate_limits")
@BpfProgram(value = "limit_senders", section = "xdp")
public interface RateLimits {
    /** A customer's limit for each sender. A packet costs {@code interval}. A sender may pay up to {@code burst} ahead of the clock. */
    @BpfMap(maxEntries = 1024)
    record Limit(
            @Key Inet4Address customer,
            @Unit(CTimeUnit.NANOS) Duration interval,
            @Unit(CTimeUnit.NANOS) Duration burst) {}

    /** The state of a sender. {@code paidUntil} is a time on the clock that {@code bpf_ktime_get_ns} and {@code System.nanoTime} read. */
    @InnerMap(type = MapType.LRU_HASH, maxEntries = 10_000)
    record Sender(
            @Key Inet4Address address,
            @U64 long paidUntil,
            @U64 long passed,
            @U64 long dropped) {}

    @OuterMap(inner = Sender.class, maxEntries = 1024)
    record Customer(Inet4Address address) {}
}
