import java.time.Duration;
import java.time.Instant;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @Unit(CTimeUnit.SECONDS) Instant id,
            @Unit(CTimeUnit.MILLIS) @Size(2) @U32 Duration[] ages) {}
}
