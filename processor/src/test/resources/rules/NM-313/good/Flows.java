import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Tail(@U32 long length, @Be32 long address, @Be16 int port) {}

    @Packed
    record Close(@U32 long length, @Be16 int port, @Be32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Route(@Key Tail tail, @U32 long via) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Dense(@Key Close close, @U32 long via) {}
}
