@BpfObject
interface Flows {
    @BpfMap(type = MapType.SOCKMAP, maxEntries = 16, valueSize = 8)
    record Peer(@Key @U32 long index) {}

    @InnerMap(type = MapType.SOCKHASH, maxEntries = 16, valueSize = 4)
    record Narrow(@Key @U32 long index) {}
}
