import dev.nestmap.types.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Event(@U64 long at) {}

    @InnerMap(type = MapType.USER_RINGBUF, maxEntries = 1L << 31)
    record Command(@U64 long id) {}
}
