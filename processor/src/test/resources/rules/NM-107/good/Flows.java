@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Seen(@U32 long id, @U64 long packets) {}
}
