    @BpfMap(maxEntries = 1024, numaNode = 1024)
//                                        ^ NM-324 flow is 1024
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(maxEntries = 16, numaNode = 5000)
//                                        ^ NM-324 seen_map is 5000
    record Seen(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Seen.class, maxEntries = 16)
    record SeenOf(@U32 long tenant) {}

    @BpfMap(maxEntries = 16, numaNode = -1)
//                                      ^ NM-324 total is -1
    record Total(@Key @U32 long id, @U64 long packets) {}

    @BpfMap(maxEntries = 16, numaNode = {0, 1})
//                                      ^ NM-324 both is [0, 1]
    record Both(@Key @U32 long id, @U64 long packets) {}
