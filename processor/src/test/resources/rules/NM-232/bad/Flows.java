    @Pad(-4)
//  ^ NM-232 Report
    @BpfType
    record Report(int one) {}

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            @Pad(-1) int back,
//                       ^ NM-232 Flow.back
            @Pad(bits = -3) @Bits(2) int bits,
//                                       ^ NM-232
            @Pad(2000000) int large) {}
//                            ^ NM-232 1048576
