@BpfObject
interface Flows {
    @BpfMap(type = MapType.SK_STORAGE, flags = MapFlag.CLONE)
    record Session(@U64 long packets) {}

    @BpfMap(type = MapType.INODE_STORAGE, maxEntries = 0)
    record Mark(@U32 long colour) {}

    @InnerMap(type = MapType.TASK_STORAGE)
    record Job(@U64 long runs, @U64 long nanoseconds) {}

    @OuterMap(inner = Job.class, maxEntries = 4)
    record Tenant(@U32 long id) {}
}
