    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 16)
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 16)
    record FlowMap(@Key int id, int value) {}
//  ^ NM-403 map flow_map ... definition of inner map flow_map
