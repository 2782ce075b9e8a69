@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Load(@Key int id, int value) {}
//  ^ NM-405 Load ... method load()

    @BpfMap(maxEntries = 16)
    record Class(@Key int id, int value) {}
//  ^ NM-405 keyword in Java

    @BpfMap(maxEntries = 16)
    record Close(@Key int id, int value) {}
//  ^ NM-405
}
