@BpfObject
interface Flows {
    @InnerMap(type = MapType.SK_STORAGE, maxEntries = 0)
    record Socket(@U64 long packets) {}

    @Slot(key = 0, name = "sockets", maxEntries = 8)
//                        ^ NM-338 sockets ... 8 ... a map of type SK_STORAGE
    @OuterMap(inner = Socket.class, maxEntries = 8)
    record Service(@U32 long id) {}

    @Slot(key = 0, name = "parse", maxEntries = 8)
//                        ^ NM-338 parse ... a program
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 2)
    record Stage(@Key @U32 long index) {}
}
