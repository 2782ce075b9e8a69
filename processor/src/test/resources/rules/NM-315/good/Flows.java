import dev.nestmap.types.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Packet(@Size(4080) ByteString bytes) {}

    @InnerMap(type = MapType.USER_RINGBUF, maxEntries = 4096)
    record Message(@Size(4088) ByteString bytes) {}
}
