    record Pair(@U16 int first, @U16 int second) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 16)
    record Flow(@Key @U64 long index, @U64 long packets) {}
//                             ^ NM-304 flow_map ... __u64

    @BpfMap(type = MapType.ARRAY, maxEntries = 16)
    record Counter(@Key Pair pair, @U64 long packets) {}
//                           ^ NM-304 counter ... struct pair

    @BpfMap(type = MapType.ARRAY, maxEntries = 16)
    record Port(@U64 long packets, @Key @Be32 int port) {}
//                                                ^ NM-304 port ... __be32

    @OuterMap(type = MapType.ARRAY_OF_MAPS, maxEntries = 16, inner = Flow.class)
    record Tenant(@U8 int id) {}
//                        ^ NM-304 tenant ... __u8

    @OuterMap(type = MapType.ARRAY_OF_MAPS, maxEntries = 16, inner = Flow.class)
    record Level(@U16 int high, @U16 int low) {}
//  ^ NM-304 level ... struct level_key
