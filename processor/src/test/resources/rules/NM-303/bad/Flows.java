@BpfObject
interface Flows {
    @InnerMap(maxEntries = (1 << 27) + 1)
//                                   ^ NM-303 flow_map ... 134217729
    record Flow(@Key int id, @U64 long packets) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 0x1_0000_0000L)
//                                             ^ NM-303 4294967295
    record Counter(@Key @U32 int id, @U64 long packets) {}
}
