@BpfObject
@BpfProgram(value = "opened", section = "lsm/file_open")
interface Shared {
    @BpfMap(maxEntries = 4)
    record Total(@Key @U32 long thread, @U64 long files) {}
}
