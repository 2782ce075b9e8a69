@BpfObject
interface Flows {
    @BpfMap(type = MapType.ARENA, maxEntries = 16, mapExtra = 4097)
//                                                            ^ NM-320 heap ... 0x1001
    record Heap() {}

    @BpfMap(type = MapType.ARENA, maxEntries = 16, mapExtra = 0x1_0000_0000_0000L)
//                                                            ^ NM-320 0xffff0000
    record Far() {}

    @InnerMap(type = MapType.ARENA, maxEntries = 17, mapExtra = 0xffff_0000L)
//                                                              ^ NM-320 4 GiB
    record Crossing() {}

    @BpfMap(type = MapType.ARENA, sizedAtLoad = true, mapExtra = 0x1_0000_0000L)
//                                                               ^ NM-320 0xfffff000
    record Shown() {}
}
