import dev.nestmap.types.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Packet(@Size(65_517) ByteString bytes) {}
//                                         ^ NM-321 packet ... 65517

    @InnerMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 8)
    record Copied(@Size(70_000) ByteString bytes) {}
//                                         ^ NM-321 copied_map ... 70000
}
