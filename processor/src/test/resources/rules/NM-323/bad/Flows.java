@BpfObject
interface Flows {
    @U8
    enum Kind { TCP, UDP }

    @U16
    enum Way { IN, OUT }

    record Header(@U32 long id, @U16 @Bits(12) int length, Way way) {}
//                                                             ^ NM-323 way is an enum of 2 bytes at offset 6 of a struct of 8 bytes

    @BpfMap(maxEntries = 64)
    record Conn(@Key @U32 long id, @U8 @Bits(4) int state, @U8 @Bits(4) int flags, Kind kind) {}
//                                                                                      ^ NM-323 kind is an enum of 1 byte at offset 1 of a struct of 2 bytes

    @BpfMap(maxEntries = 64)
    record Seen(@Key Header header, @U64 long packets) {}
}
