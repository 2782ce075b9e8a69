@BpfObject
@BpfProgram(value = "typed", section = "mine", loadAs = "socket")
interface Typed {
    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
//  ^ NM-504 program typed ... per-CPU map total
    record Total(@Key @U32 int index, @U64 long files) {}
}
