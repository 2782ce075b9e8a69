    record Range(@U32 long length, @U8 int zone, @U8 int way, @Be16 int port, @Be32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Route(@Key Range range, long hits) {}
