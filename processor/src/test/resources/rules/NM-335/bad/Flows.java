@BpfObject
interface Flows {
    @Slot(key = 1, name = "gold")
    @OuterMap(inner = Flow.class, flags = MapFlag.RDONLY, maxEntries = 4)
//                                               ^ NM-335 tenant ... BPF_F_RDONLY
    record Tenant(@U32 long id) {}

    @Slot(key = 1, name = "silver")
    @OuterMap(inner = Flow.class, flags = MapFlag.RDONLY, maxEntries = 4, fillAtLoad = true)
//                                               ^ NM-335 EPERM
    record Customer(@U32 long id) {}

    @Slot(key = 0, name = "parse")
    @BpfMap(type = MapType.PROG_ARRAY, flags = MapFlag.RDONLY, maxEntries = 4)
//                                                    ^ NM-335 stage
    record Stage(@Key @U32 long number) {}
}
