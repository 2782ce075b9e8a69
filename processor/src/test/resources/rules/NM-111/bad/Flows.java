    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 16)
    record Seen(@Key @U32 int index) {}
//  ^ NM-111 Seen ... PERCPU_ARRAY ... HASH for a set
