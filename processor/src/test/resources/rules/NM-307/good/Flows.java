@BpfObject
interface Flows {
    @InnerMap(flags = {MapFlag.NO_PREALLOC, MapFlag.RDONLY_PROG}, numaNode = 0, maxEntries = 64)
    record Flow(@Key int id, @U64 long packets) {}

    @InnerMap(type = MapType.ARRAY, flags = {MapFlag.MMAPABLE, MapFlag.INNER_MAP}, maxEntries = 64)
    record Counter(@Key @U32 int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, type = MapType.ARRAY_OF_MAPS, flags = MapFlag.RDONLY, numaNode = 0, maxEntries = 8)
    record Slot(@U32 int index) {}

    @OuterMap(inner = Counter.class, flags = {MapFlag.NO_PREALLOC, MapFlag.WRONLY_PROG}, maxEntries = 8)
    record Named(int index) {}

    @BpfMap(type = MapType.LRU_HASH, flags = {MapFlag.NO_COMMON_LRU, MapFlag.ZERO_SEED}, maxEntries = 8)
    record Recent(@Key int index, @U64 long at) {}
}
