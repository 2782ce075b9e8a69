@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @Align(8) int id,
//                             ^ NM-233 key ... value struct
            int packets,
            int bytes) {}

    @BpfMap(maxEntries = 16)
    record Count(@Key int id, @Pad(4) long packets) {}
//                                         ^ NM-233 single component

    @OuterMap(inner = Inner.class, maxEntries = 4)
    record Outer(@Align(16) int id) {}
//                              ^ NM-233

    @InnerMap(maxEntries = 4)
    record Inner(@Key int id, int value) {}
}
