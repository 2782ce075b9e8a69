/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import java.net.Inet4Address;

/** The maps of foreign_pinned.bpf.c, of which the records leave out flags and sizes. */
@BpfObject(value = "foreign_pinned", existing = true)
interface Sessions {
    @Name("sessions")
    @BpfMap
    record Session(
            @Key @U32 long id, Inet4Address address, @U64 long packets) {}

    @InnerMap
    record Member(
            @Key @U32 long id, Inet4Address address, @U64 long packets) {}

    @Name("clusters")
    @OuterMap(inner = Member.class)
    record Cluster(@U32 long id) {}

    @InnerMap(maxEntries = 64)
    record Rule(@Key @U32 long id, @U32 long verdict) {}

    @Name("containers")
    @OuterMap(inner = Rule.class)
    record Container(@U64 long namespaces) {}
}
