    @InnerMap
//  ^ NM-301 flow
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class)
//  ^ NM-301 BPF_MAP_TYPE_HASH_OF_MAPS
    record Tenant(@U32 long id) {}

    @BpfMap(type = MapType.ARRAY)
//  ^ NM-301 BPF_MAP_TYPE_ARRAY
    record Counter(@Key @U32 int id, @U64 long packets) {}

    @BpfMap(type = MapType.RINGBUF)
//  ^ NM-301 set maxEntries to the size in bytes, or set sizedAtLoad
    record Event(@U64 long time) {}
