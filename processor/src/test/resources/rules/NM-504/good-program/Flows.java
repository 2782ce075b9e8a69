import dev.nestmap.types.*;

@BpfObject
@BpfProgram(value = "count", section = "tc")
interface Flows {
    @BpfMap(type = MapType.PERCPU_HASH, maxEntries = 1024)
    record Opened(@Key @U32 long user, @U64 long files) {}
}
