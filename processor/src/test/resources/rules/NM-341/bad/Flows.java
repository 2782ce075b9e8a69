@BpfObject
interface Flows {
    @Variables
    record Hits(@Size(67_108_865) @U64 long[] counts) {}
//  ^ NM-341 hits ... 536870920
}
