import dev.nestmap.types.*;

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Route(@Key Ipv4Prefix prefix, long hits) {}
//  ^ NM-502 trie route has 4 bytes ... numbers of 8 bytes

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Policy(@Key Port port, @U16 int rule, int hits) {}
//  ^ NM-502 trie policy_map has 2 bytes ... numbers of 4 bytes

    @Packed
    record Port(@U32 long length, @Size(2) ByteString bits) {}

    @OuterMap(inner = Policy.class, maxEntries = 4)
    record Tenant(int id) {}
