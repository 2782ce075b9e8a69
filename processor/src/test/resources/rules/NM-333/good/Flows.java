@BpfObject
interface Flows {
    record Line(long a, long b, long c, long d) {}

    record Wide(Line a, Line b, Line c, Line d) {}

    record Narrow(Line a, Line b, Line c) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "tenant")
    record Tenant(Narrow id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "site")
    record Site(@Size(109) dev.nestmap.types.ByteString id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Customer(Wide id) {}

    @BpfMap(maxEntries = 4, pin = "total")
    record Total(@Key Wide id, @U64 long packets) {}
}
