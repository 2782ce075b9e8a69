    record Nothing() {}
//  ^ NM-203 Nothing

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 16)
    record Route(@Key Nothing key, @U64 long packets) {}
//                            ^ NM-312 struct nothing
