@BpfObject(existing = true)
interface Others {
    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Route(@Key dev.nestmap.types.Ipv4Prefix prefix, long hits) {}
}
