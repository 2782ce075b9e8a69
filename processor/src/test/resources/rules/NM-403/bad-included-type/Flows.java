@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key Source source, Destination destination) {}
//                                              ^ NM-403 struct endpoint (com.acme.Destination) ... endpoint ... struct endpoint (com.acme.Source)
}
