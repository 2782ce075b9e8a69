import dev.nestmap.types.*;

@BpfObject(value = "others", existing = true)
interface Others {
    @BpfMap(type = MapType.LPM_TRIE)
    record Route(@Key @Size(8) ByteString network, @U32 long via) {}

    record Header(@U32 long length) {}

    record Network(Header header, @Be32 int address) {}

    record Area(int length, @Be32 int address) {}

    @BpfMap(type = MapType.LPM_TRIE)
    record Owner(@Key Network network, @U32 long user) {}

    @BpfMap(type = MapType.LPM_TRIE)
    record Zone(@Key Area network, @U32 long id) {}
}
