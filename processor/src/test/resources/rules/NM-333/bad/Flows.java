@BpfObject
interface Flows {
    record Line(long a, long b, long c, long d) {}

    record Wide(Line a, Line b, Line c, Line d) {}

    record Narrow(Line a, Line b, Line c) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "tenant")
//                                                      ^ NM-333 tenant ... 128
    record Tenant(Wide id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "customer")
//                                                      ^ NM-333 customer ... 110
    record Customer(@Size(110) dev.nestmap.types.ByteString id) {}
}
