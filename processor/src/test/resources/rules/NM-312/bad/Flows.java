import dev.nestmap.types.*;

    record Late(@Be32 long address, @U32 long length) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Route(@Key java.net.Inet4Address network, @U32 long via) {}
//                                          ^ NM-312 route ... __be32

    record Bytes(@Size(4) ByteString first, @Be32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Unnumbered(@Key Bytes bytes, @U32 long via) {}
//                               ^ NM-312 unnumbered ... struct bytes

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Turned(@Key Late late, @U32 long via) {}
//                          ^ NM-312 turned_map ... struct late

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Numbered(@Key @U64 long number, @U32 long via) {}
//                                 ^ NM-312 numbered ... __u64
