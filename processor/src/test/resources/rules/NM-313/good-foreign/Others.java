@BpfObject(value = "others", existing = true)
interface Others {
    record Tail(@U32 long length, @Be16 int port, @Be32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE)
    record Route(@Key Tail tail, @U32 long via) {}
}
