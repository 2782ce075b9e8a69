@Packed
// ^1 NM-233 interface Flows ... records
@BpfObject("flows")
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int protocol, long packets) {}
}
