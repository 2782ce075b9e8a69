    @OuterMap(inner = Flow.class, maxEntries = 4, was = "customer")
//                                                      ^ NM-332 tenant ... it names earlier pins ... as well, or remove was
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 4, pinByName = true, was = "sum")
//                                                  ^ NM-332 total ... instead of pinByName, or remove was
    record Total(@Key @U32 long id, @U64 long packets) {}
