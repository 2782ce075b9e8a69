    @BpfMap(type = MapType.ARENA, maxEntries = 16, mapExtra = 0xffff_0000L)
    record Heap() {}

    @BpfMap(type = MapType.ARENA, maxEntries = 0x10_0000)
    record All() {}

    @BpfMap(type = MapType.ARENA, sizedAtLoad = true, mapExtra = 0xffff_f000L)
    record Shown() {}
