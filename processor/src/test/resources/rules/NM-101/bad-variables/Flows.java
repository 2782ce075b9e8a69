@BpfObject
interface Flows {
    @Constants
//  ^ NM-101 Config ... a record
    enum Config {
        ONE
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}
}
