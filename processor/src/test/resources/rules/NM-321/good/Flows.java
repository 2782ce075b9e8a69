import dev.nestmap.types.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Packet(@Size(65_516) ByteString bytes) {}

    @InnerMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 8)
    record Copied(@Size(65_516) ByteString bytes) {}
}
