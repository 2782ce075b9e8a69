@BpfObject
interface Flows {
    @InnerMap(flags = {MapFlag.RDONLY, MapFlag.WRONLY_PROG}, maxEntries = 64)
    record Flow(@Key int id, @U64 long packets) {}

    @BpfMap(type = MapType.LRU_HASH, flags = MapFlag.NO_COMMON_LRU, maxEntries = 64)
    record Recent(@Key int id, @U64 long packets) {}
}
