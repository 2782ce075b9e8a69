@BpfObject
interface Flows {
    record Pair(int first, int second) {}

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @U32 long id,
            @Bits(7) @Be16 int port,
//                             ^ NM-234 Flow.port ... byte order
            @Bits(7) Pair pair) {}
//                        ^ NM-234 Flow.pair
}
