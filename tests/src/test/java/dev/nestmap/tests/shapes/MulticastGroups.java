/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Pad;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U8;
import java.net.Inet4Address;

/** Cilium: subscribers by group address, in network byte order, with explicit padding. */
@BpfObject
interface MulticastGroups {
    @InnerMap(maxEntries = 1024)
    record Subscriber(
            @Key Inet4Address address,
            Inet4Address saddr,
            @U32 long ifindex,
            @Pad(3) @U8 int flags) {}

    @OuterMap(inner = Subscriber.class, maxEntries = 1024, flags = MapFlag.NO_PREALLOC, pin = "mcast/groups")
    record Group(@Be32 int address) {}
}
