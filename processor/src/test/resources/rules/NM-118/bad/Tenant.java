@OuterMap.All({})
// ^1 NM-118 Tenant
record Tenant(@U32 long id) {}
