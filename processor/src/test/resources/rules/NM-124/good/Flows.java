    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 16)
    record Stage(@Key @U32 long index) {}

    @InnerMap(type = MapType.RHASH_OR_HASH, maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 64)
    record Tenant(@U32 long id) {}
