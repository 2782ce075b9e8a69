    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "acme/tenant")
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 4, pin = "acme/tenant-inner")
//                                ^ NM-336 total ... acme/tenant-inner ... tenant ... "acme/tenant"
    record Total(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "limits-of/customer")
    record Limit(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "limits")
//                                ^ NM-336 limit ... limits-of/customer ... limits ... "limits"
    record Limits(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "acme/tenant/hits")
//                                ^ NM-336 hits ... acme/tenant/hits ... tenant ... "acme/tenant"
    record Hits(@Key int id, @U64 long packets) {}
