@BpfObject
interface Flows {
    @U8
    enum Kind { TCP, UDP }

    enum Way { IN, OUT }

    record Header(Kind kind, @U8 int length, @U16 @Bits(12) int port) {}

    @BpfMap(maxEntries = 64)
    record Conn(@Key @U32 long id, @U8 @Bits(4) int state, @U8 @Bits(4) int flags, @U8 Way way) {}

    @BpfMap(maxEntries = 64)
    record Seen(@Key Header header, @U64 long packets) {}

    /** Without bit-fields, the kernel accepts an enum everywhere. */
    @BpfMap(maxEntries = 64)
    record Last(@Key @U32 long id, @U8 int state, Kind kind) {}
}
