    @BpfMap(maxEntries = 16)
    record Flow<T>(@Key @U32 long id, T value) {}
//  ^ NM-112 Flow
