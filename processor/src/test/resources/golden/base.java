import dev.nestmap.annotations.*;

@BpfObject
public interface Flows

@InnerMap(maxEntries = 16)
record Flow(@Key @U32 long id, @U64 long packets) {}

@OuterMap(inner = Flow.class, maxEntries = 4)
record Tenant(@U32 long id) {}

@BpfMap(maxEntries = 8)
record Port(@Key @U16 int number, @U64 long packets, @U64 long bytes) {}
