    @InnerMap(type = MapType.PROG_ARRAY, maxEntries = 16)
//                          ^ NM-124 Stage ... PROG_ARRAY ... ENOTSUPP
    record Stage(@Key @U32 long index) {}

    @OuterMap(inner = Stage.class, maxEntries = 64)
    record Tenant(@U32 long id) {}

    @InnerMap(type = MapType.HASH_OF_MAPS, maxEntries = 16)
//                          ^ NM-124 Site ... HASH_OF_MAPS ... EINVAL
    record Site(@Key @U32 long id) {}
