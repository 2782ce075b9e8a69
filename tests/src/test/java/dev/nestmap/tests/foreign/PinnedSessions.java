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

/** The maps of foreign_pinned.bpf.c with the pins that the object declares too. */
@BpfObject(value = "foreign_pinned_records", existing = true)
interface PinnedSessions {
    @Name("sessions")
    @BpfMap(pin = "sessions")
    record Session(
            @Key @U32 long id, Inet4Address address, @U64 long packets) {}

    @InnerMap
    record Member(
            @Key @U32 long id, Inet4Address address, @U64 long packets) {}

    @Name("clusters")
    @OuterMap(inner = Member.class, pin = "clusters")
    record Cluster(@U32 long id) {}
}
