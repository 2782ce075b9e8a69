@BpfObject
interface Flows {
    @InnerMap(maxEntries = 16)
    record Log(@Key int id, int value) {}

    @OuterMap(inner = Log.class, maxEntries = 4)
    record Tenant(int id) {}
}
