@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @Pad(1) int forth, @Pad(bits = 3) @Bits(2) int bits, @Pad(value = 2, bits = 1) @Bits(2) int more) {}
}
