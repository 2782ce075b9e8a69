import java.net.Inet4Address;
import java.time.*;
import java.util.Set;

    record Pair(int first, int second) {}

    enum State { NEW }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @U64 long id,
            @Pointer("struct sock") long socket,
            @U32 long wide,
            @Be16 int port,
            boolean flag,
            Inet4Address address,
            Pair pair,
            @U64 @Unit(CTimeUnit.NANOS) Duration age,
            @Size(2) @S64 @Unit(CTimeUnit.NANOS) Instant[] times,
            @U64 State state,
            @U64 Set<State> states) {}
