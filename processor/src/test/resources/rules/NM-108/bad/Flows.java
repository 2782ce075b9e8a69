@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long source, @Key @U32 long destination, @Key int port, @U64 long packets) {}
//                                                    ^ NM-108 Flow ... destination
//                                                                          ^ NM-108 Flow ... port
}
