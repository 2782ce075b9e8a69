    @BpfMap(type = MapType.DEVMAP, maxEntries = 64)
    record Port(@Key @U32 int index, @U16 int device) {}
//                                            ^ NM-310 BPF_MAP_TYPE_DEVMAP ... 4 or 8 bytes

    @BpfMap(type = MapType.CPUMAP, maxEntries = 64)
    record Cpu(@Key @U32 int index, @U8 int queue) {}
//                                          ^ NM-310 cpu ... 1 byte

    @InnerMap(type = MapType.STACK_TRACE, maxEntries = 64)
    record Stack(@Key @U32 long id, @U32 @Size(7) int[] addresses) {}
//                                                      ^ NM-310 stack_map ... 28 bytes

    @BpfMap(type = MapType.STACK_TRACE, maxEntries = 64)
    record Deep(@Key @U32 long id, @U64 @Size(128) long[] addresses) {}
//                                                        ^ NM-310 8, 16, ... or 1016 bytes

    @BpfMap(type = MapType.STACK_TRACE, flags = MapFlag.STACK_BUILD_ID, maxEntries = 64)
    record Build(@Key @U32 long id, @Size(24) byte[] builds) {}
//                                                   ^ NM-310 32, 64, ... or 4064 bytes
