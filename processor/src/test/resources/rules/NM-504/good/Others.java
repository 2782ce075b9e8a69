@BpfObject(existing = true)
@BpfProgram(value = "opened", section = "lsm/file_open")
interface Others {
    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
    record Total(@Key @U32 int index, @U64 long files) {}
}
