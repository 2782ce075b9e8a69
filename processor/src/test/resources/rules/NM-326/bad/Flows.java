@BpfObject
interface Flows {
    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 16)
    record Hit(@Key int index, @U64 long packets) {}
//                      ^ NM-326 Hit.index ... BPF_MAP_TYPE_PERCPU_ARRAY

    @OuterMap(inner = Hit.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 16)
    record Tenant(int id) {}
//                    ^ NM-326 Tenant.id ... BPF_MAP_TYPE_ARRAY_OF_MAPS
}
