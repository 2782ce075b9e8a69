import dev.nestmap.types.*;

@BpfObject
@BpfProgram(value = "count", section = "lsm/file_open")
interface Flows {
    @BpfMap(type = MapType.PERCPU_HASH, maxEntries = 1024)
//  ^ NM-504 count ... SEC("lsm/file_open") ... opened
    record Opened(@Key @U32 long user, @U64 long files) {}
}
