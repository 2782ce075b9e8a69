@BpfObject
@BpfProgram(value = "arrived", section = "xdp")
interface Arrived {
    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
    record Total(@Key @U32 int index, @U64 long files) {}
}
