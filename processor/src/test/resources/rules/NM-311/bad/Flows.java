import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Path(@U32 long length, @Size(300) ByteString name) {}

    record Empty(@U32 long length) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Owner(@Key Path path, @U32 long user) {}
//                         ^ NM-311 owner ... 304 bytes

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Nothing(@Key Empty empty, @U32 long user) {}
//                            ^ NM-311 nothing_map ... 4 bytes
}
