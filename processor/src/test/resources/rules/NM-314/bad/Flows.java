import dev.nestmap.types.*;

    @BpfMap(type = MapType.RINGBUF, maxEntries = 1000)
//                                               ^ NM-314 event ... 1000
    record Event(@U64 long at) {}

    @InnerMap(type = MapType.USER_RINGBUF, maxEntries = 5 * 4096)
//                                                        ^ NM-314 command_map ... 20480
    record Command(@U64 long id) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 2048)
//                                               ^ NM-314 4096
    record Small(@U64 long at) {}
