@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Log(@Key int id, int value) {}
//  ^ NM-402 map ... log

    @InnerMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Index(int id) {}
//  ^ NM-402 map ... index
}
