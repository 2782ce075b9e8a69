import dev.nestmap.types.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Packet(@Size(4081) ByteString bytes) {}
//                                       ^ NM-315 packet ... 4096
}
