@BpfObject
interface Flows {
    enum State { NEW, OPEN }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @U16 @Bits(9) int wide, @Bits(64) long all, @Bits(1) boolean flag, @Bits(1) State state) {}
}
