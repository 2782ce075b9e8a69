@BpfObject
interface Flows {
    enum Kind {
        TCP,
        UDP
    }

    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 16)
    record Hit(@Key @U32 int index, @U64 long packets) {}

    @OuterMap(inner = Hit.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 16)
    record Tenant(Kind kind) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 16)
    record Offset(@Key @S32 int index, @U64 long packets) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @U64 long packets) {}
}
