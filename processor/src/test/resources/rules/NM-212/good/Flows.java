@BpfObject
interface Flows {
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Flow(@Key @U32 int id, @Size(1) byte[] one, @Size({2, 1}) byte[][] grid, @Size(0x4_0000) long[] large) {}
}
