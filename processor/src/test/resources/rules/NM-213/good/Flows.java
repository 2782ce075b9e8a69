import dev.nestmap.types.ByteString;

@BpfObject
interface Flows {
    record Ports(int first, int second) {}

    record FlowKey(int id, Ports ports) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key FlowKey key, @Size(2) int[] counts) {}

    @InnerMap(maxEntries = 16)
    record Bare(@Key @Size(4) ByteString key, int count) {}

    @OuterMap(inner = Bare.class, maxEntries = 16)
    record Outer(int id, @Size(2) ByteString rows) {}
}
