@BpfObject
interface Flows {
    interface Parts {
        record Flow(int a) {}
    }

    @InnerMap(maxEntries = 16)
    record Counter(@Key Parts.Flow key, int value) {}

    @Name("tenant")
    @OuterMap(maxEntries = 16, inner = Counter.class)
    record Flow(@U32 long high, @U32 long low) {}
//  ^ NM-405 Flow ... class FlowCodec ... com.acme.Flows.Parts.Flow
}
