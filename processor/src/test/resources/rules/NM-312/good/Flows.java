import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Early(@U32 long length, @Be32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Route(@Key Ipv4Prefix network, @U32 long via) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Route6(@Key Ipv6Prefix network, @U32 long via) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Turned(@Key Early early, @U32 long via) {}

    @External(header = "linux/bpf.h")
    @Name("bpf_lpm_trie_key_hdr")
    record Length(@U32 long prefixlen) {}

    record Inside(Length length, @Be32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Nested(@Key Inside inside, @U32 long via) {}
}
