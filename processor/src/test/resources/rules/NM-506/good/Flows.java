@BpfObject
interface Flows {
    record Ports(@Be16 int source, @U8 int protocol, @S16 short level, short other) {}

    @InnerMap(maxEntries = 64)
    record Flow(@Key Ports ports, @U32 long packets, @U64 long bytes, @U16 @Size(4) short[] raw) {}

    @OuterMap(inner = Flow.class, maxEntries = 64)
    record Tenant(@U32 int id) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 64)
    record Total(@Key @U32 int index, @U64 long bytes) {}
}
