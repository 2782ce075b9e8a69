@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16, pin = "flow")
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @BpfMap(maxEntries = 16, pinByName = true)
    record Total(@Key @U32 long id, @U64 long packets) {}
}
