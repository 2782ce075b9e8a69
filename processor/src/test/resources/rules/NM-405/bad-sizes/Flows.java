    @InnerMap(sizedAtLoad = true)
    record Interface(@Key int id, int value) {}
//  ^ NM-405 Interface ... method interface(long) of Sizes ... keyword in Java

    @InnerMap(sizedAtLoad = true)
    record Wait(@Key int id, int value) {}
//  ^ NM-405 Wait ... method wait(long) of Sizes

    @Name("flow")
    @InnerMap(sizedAtLoad = true)
    record TenantFlows(@Key int id, int value) {}

    @OuterMap(name = "links", inner = Interface.class, maxEntries = 4)
    @OuterMap(name = "more_links", inner = Interface.class, maxEntries = 4)
    record Links(int id) {}

    @OuterMap(inner = Wait.class, maxEntries = 4)
    record Waits(int id) {}

    @OuterMap(name = "tenant_flows", inner = TenantFlows.class, sizedAtLoad = true)
    @OuterMap(name = "more_flows", inner = TenantFlows.class, maxEntries = 4)
    record Tenant(int id) {}
//  ^ NM-405 Tenant ... method tenantFlows(long) of Sizes ... TenantFlows

    @BpfMap(sizedAtLoad = true)
    record Class(@Key int id, int value) {}
//  ^ NM-405 Class ... method class() ... keyword in Java
