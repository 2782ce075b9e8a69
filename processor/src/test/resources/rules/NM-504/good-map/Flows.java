import dev.nestmap.types.*;

@BpfObject
@BpfProgram(value = "count", section = "lsm/file_open")
interface Flows {
    @BpfMap(type = MapType.HASH, maxEntries = 1024)
    record Opened(@Key @U32 long user, @U64 long files) {}
}
