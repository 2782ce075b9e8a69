@BpfObject(prefix = "tf_")
interface Flows {
    record Register(int size, int inlined) {}

    @Name("tf_flow")
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Register state, int pad) {}

    @Name("__tf_state")
    @BpfMap(maxEntries = 16)
    record State(@Key int id, @Name("__state") int state) {}

    @BpfMap(maxEntries = 16)
    record Unsigned(@Key int id, int value) {}
}
