    @InnerMap(type = MapType.QUEUE, maxEntries = 64)
    record Job(@U32 long id, @U64 long packets) {}

    @OuterMap(inner = Job.class, maxEntries = 8)
    record Worker(@U32 long id) {}

    @BpfMap(type = MapType.STACK, maxEntries = 64)
    record Frame(@U64 long address) {}

    @BpfMap(type = MapType.BLOOM_FILTER, mapExtra = 15, maxEntries = 64)
    record Seen(@U64 long address) {}
