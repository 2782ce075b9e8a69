import dev.nestmap.types.IntList;

    @InnerMap(maxEntries = 64)
    record Flow(
            @Key @U32 long count,
            int sentPackets,
//              ^ NM-507 sentPackets is int ... 32 bits ... above 2147483647 turns negative
            @U32 long bytes,
//                    ^ NM-507 bytes is @U32 long ... above 4294967295 starts again at 0
            @U32 int hits,
//                   ^ NM-507 hits is @U32 int ... above 4294967295 starts again
            @U16 int errors) {}
//                   ^ NM-507 errors is @U16 int ... 16 bits ... above 65535 starts again

    @OuterMap(inner = Flow.class, maxEntries = 64)
    record Tenant(@U32 long total) {}

    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
    record Total(@Key @U32 int index, int count, double errors) {}
//                                        ^ NM-507 count is int
//                                                      ^ NM-201

    record Sum(@U64 long bytes, @U32 long packets) {}
//                                        ^ NM-507 packets is @U32 long

    @BpfMap(maxEntries = 4)
    record Day(@Key @U32 long id, @Size(24) Sum[] hours, @Size(24) @U32 IntList drops) {}
//                                                                              ^ NM-507 drops is @U32
