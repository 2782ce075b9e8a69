import java.time.Duration;
import java.time.Instant;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key Instant id,
//                       ^ NM-215 Flow.id ... java.time.Instant
            @Size(2) @U32 Duration[] ages) {}
//                                   ^ NM-215 @Unit(CTimeUnit.NANOS)
}
