package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Ipv6Prefix;

@BpfObject("bill")
@BpfProgram(value = "count_received", section = "tcx/ingress")
@BpfProgram(value = "count_sent", section = "tcx/egress")
public interface Bill {
    /** The size of the table: customers have the numbers from 2 to 9,999. */
    int ROWS = 10_000;

    /** The row of addresses that belong to no customer. */
    long NOBODY = 0;

    /** The row of frames that are not IP, or whose IP header the program can't find, such as ARP, MPLS and PPPoE. */
    long NOT_IP = 1;

    /** Who has which addresses. Only Java writes it, so it needs no pin: each start fills a new one. */
    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 65_536, flags = {MapFlag.NO_PREALLOC, MapFlag.RDONLY_PROG})
    record Network(@Key Ipv6Prefix prefix, @U32 long customer) {}

    /** A row for each customer: an array has all of them from the start, so it can't be full. */
    @InnerMap(type = MapType.ARRAY, maxEntries = ROWS)
    record Traffic(@Key @U32 long customer,
            @U64 long receivedPackets, @U64 long receivedBytes, @U64 long sentPackets, @U64 long sentBytes) {}

    /** The only slot has the table in which the programs count. A drain replaces this table. */
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Traffic.class, maxEntries = 1, pin = "current")
    record Current(@U32 long slot) {}

    @Constants
    record Rows(@U32 long number) {}
}
