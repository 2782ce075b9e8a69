    @InnerMap(maxEntries = 4)
    record Flow(@Key @U32 long id, @U64 long count) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pinByName = true, pinInners = true)
//                                                                              ^ NM-332 tenant ... instead of pinByName
    record Tenant(@U32 long id) {}
