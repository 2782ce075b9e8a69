@BpfObject
interface Flows {
    @InnerMap(maxEntries = 1 << 27)
    record Flow(@Key int id, @U64 long packets) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 0xffff_ffffL)
    record Counter(@Key @U32 int id, @U64 long packets) {}
}
