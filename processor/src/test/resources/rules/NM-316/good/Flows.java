    @BpfMap(type = MapType.SOCKMAP, maxEntries = 64)
    record Peer(@Key @U32 int index) {}

    @BpfMap(type = MapType.SOCKHASH, maxEntries = 64, valueSize = 4)
    record Narrow(@Key int index) {}

    @InnerMap(type = MapType.CGROUP_ARRAY, maxEntries = 64)
    record Group(@Key @U32 int index) {}

    @BpfMap(type = MapType.XSKMAP, maxEntries = 64)
    record Queue(@Key @U32 int index) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Slot(@Key @U32 int cpu) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Seen(@U64 long time, @U32 long packets) {}
