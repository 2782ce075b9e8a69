@BpfObject
interface Flows {
    @Variables
    record Hits(@Size(67_108_864) @U64 long[] counts) {}
}
