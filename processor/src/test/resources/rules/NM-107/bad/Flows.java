@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@U32 long id, @U64 long packets) {}
//  ^ NM-107 Flow

    @BpfMap(maxEntries = 16)
    record Nothing() {}
//  ^ NM-107 add a component with @Key
}
