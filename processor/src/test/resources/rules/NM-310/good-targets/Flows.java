@BpfObject
interface Flows {
    @BpfMap(type = MapType.DEVMAP, maxEntries = 64)
    record Port(@Key @U32 int index, @U32 long device, @U32 long program) {}

    @InnerMap(type = MapType.STACK_TRACE, maxEntries = 64)
    record Stack(@Key @U32 long id, @U64 @Size(127) long[] addresses) {}

    @BpfMap(type = MapType.STACK_TRACE, flags = MapFlag.STACK_BUILD_ID, maxEntries = 64)
    record Build(@Key @U32 long id, @Size(64) byte[] builds) {}
}
