@BpfObject
@SuppressWarnings({"unused", "NM-504"})
@BpfProgram(value = "known", section = "lsm/file_open")
interface Known {
    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
    record Total(@Key @U32 int index, @U64 long files) {}
}
