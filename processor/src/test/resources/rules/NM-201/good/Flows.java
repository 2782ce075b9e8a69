import java.net.Inet4Address;

@BpfObject
interface Flows {
    enum State {
        NEW
    }

    record Address(@Be64 long high, @Be64 long low) {}

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key Address id,
            boolean flag,
            byte b,
            short s,
            int i,
            long l,
            @U16 int character,
            @U64 long thousandths,
            State state,
            Inet4Address address) {}
}
