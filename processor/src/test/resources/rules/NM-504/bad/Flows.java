@BpfObject
@BpfProgram(value = "arrived", section = "xdp")
@BpfProgram(value = "opened", section = "lsm/file_open")
interface Flows {
    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
//  ^ NM-504 program opened (SEC("lsm/file_open")) ... per-CPU map total
    record Total(@Key @U32 int index, @U64 long files) {}

    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 4)
//  ^ NM-504 program opened ... per-CPU map opened_map
    record Opened(@Key @U32 long thread, @U64 long files) {}

    @OuterMap(inner = Opened.class, maxEntries = 4)
    record Tenant(int id) {}
}
