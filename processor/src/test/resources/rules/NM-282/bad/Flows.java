    @SpinLock
    @BpfMap(maxEntries = 16)
    record Padded(@Key int id, @U64 long bytes, @Bits(1) boolean closed) {}
//  ^ NM-282 the values of map padded have a struct bpf_spin_lock, and bit-field closed

    @Timer
    @BpfMap(maxEntries = 16)
    record Halves(@Key int id, @U8 @Bits(4) int low, @U8 @Bits(4) int high) {}
//  ^ NM-282 struct bpf_timer ... bit-field low

    record State(@U8 @Bits(4) int code) {}

    @SpinLock
    @BpfMap(maxEntries = 16)
    record Nested(@Key int id, @U64 long bytes, @Size(2) State[] states) {}
//  ^ NM-282 values of map nested ... bit-field code

    record Half(@U8 @Bits(4) int half) {}

    @SpinLock
    @BpfMap(maxEntries = 16)
    record Direct(@Key int id, @U64 long bytes, @Anonymous Half part) {}
//  ^ NM-282 values of map direct ... bit-field half
