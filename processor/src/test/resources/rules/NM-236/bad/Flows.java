@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @Pad(bits = 3) int packets, Flags flags) {}
//                                                    ^ NM-236 Flow.packets

    @Pad(bits = 3)
//  ^ NM-236 Flags ... whole byte
    record Flags(int value, @Bits(5) int few) {}
}
