import dev.nestmap.types.IntList;

    record Range(@U32 long length, @U8 int zone, @U8 int way, @Be16 int port, @U32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Route(@Key Range range, long hits) {}
//  ^ NM-503 trie route contains address, a __u32

    record Links(@U32 long length, @Size(4) @U16 IntList links) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Link(@Key Links links, long hits) {}
//  ^ NM-503 trie link contains links, a __u16
