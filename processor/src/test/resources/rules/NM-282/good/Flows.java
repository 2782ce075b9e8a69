@BpfObject
interface Flows {
    record Halves(@U8 @Bits(4) int low, @U8 @Bits(4) int high) {}

    @Union(discriminator = "kind")
    sealed interface State {
        @Union.Case(1)
        record Open(@U8 @Bits(4) int code, @U8 @Bits(4) int reason) implements State {}

        @Union.Case(2)
        record Closed(@U8 int code) implements State {}
    }

    @SpinLock
    @BpfMap(maxEntries = 16)
    record Flow(@Key Halves id, boolean closed, @U8 @Bits(8) int code, @U8 int kind, State state) {}

    @BpfMap(maxEntries = 16)
    record Unlocked(@Key int id, Halves halves) {}
}
