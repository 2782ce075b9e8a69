    record Part(@U32 long packets) {}

    record Known(@SuppressWarnings("NM-507") int hits) {}

    @InnerMap(maxEntries = 64)
    record Flow(
            @Key Part packets,
            @U64 long bytes,
            long count,
            @U32 long maxBytes,
            int packetsPerSecond,
            @U32 long peer,
            Known known,
            @Be32 long total,
            @SuppressWarnings("NM-507") int errors) {}

    @OuterMap(inner = Flow.class, maxEntries = 64)
    record Tenant(@U32 long total) {}

    @SuppressWarnings("NM-507")
    @BpfMap(maxEntries = 4)
    record Small(@Key @U32 long id, @U32 long hits, int drops) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Seen(@U32 long bytes) {}

    @BpfMap(maxEntries = 4, flags = MapFlag.RDONLY_PROG)
    record Limit(@Key @U32 long id, @U32 long packets) {}
