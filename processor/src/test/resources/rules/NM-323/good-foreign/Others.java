/** Others decide about their layout. */
@BpfObject(existing = true)
interface Others {
    @U8
    enum Kind { TCP, UDP }

    @BpfMap(maxEntries = 64)
    record Conn(@Key @U32 long id, @U8 @Bits(4) int state, @U8 @Bits(4) int flags, Kind kind) {}
}
