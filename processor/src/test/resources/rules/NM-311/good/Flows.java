import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Path(@U32 long length, @Size(256) ByteString name) {}

    record Bit(@U32 long length, @U8 int bits) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Owner(@Key Path path, @U32 long user) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Least(@Key Bit bit, @U32 long user) {}
}
