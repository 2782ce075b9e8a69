import dev.nestmap.types.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Page(@Key Ipv4Prefix prefix, @Size(4194024) ByteString text) {}
}
