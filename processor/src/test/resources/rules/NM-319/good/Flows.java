@BpfObject
interface Flows {
    @BpfMap(type = MapType.ARENA, maxEntries = 16)
    record Heap() {}

    @InnerMap(type = MapType.ARENA, maxEntries = 16, mapExtra = 0x1000_0000)
    record Scratch() {}

    @OuterMap(inner = Scratch.class, maxEntries = 4)
    record Tenant(@U32 long id) {}
}
