import dev.nestmap.types.*;

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Wide(@Key Ipv6Prefix prefix, long hits) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Narrow(@Key Ipv4Prefix prefix, int rule, @U16 int hits) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Blocked(@Key Ipv4Prefix prefix) {}

    @BpfMap(maxEntries = 4)
    record Exact(@Key Ipv4Prefix prefix, long hits) {}
