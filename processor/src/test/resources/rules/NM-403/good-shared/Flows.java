    @BpfMap(maxEntries = 16)
    record Flow(@Key Endpoint key, Link link) {}

    @OuterMap(maxEntries = 16, inner = Hits.class)
    record Tenant(@U32 long id) {}

    @OuterMap(maxEntries = 16, inner = Hits.class)
    record Host(@U32 long id) {}
