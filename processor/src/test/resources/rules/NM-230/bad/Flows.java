    enum State { NEW, OPEN }

    @U64
    enum Wide { NONE, ALL }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            @U8 @Bits(9) int wide,
//                           ^ NM-230 Flow.wide ... 9 bits ... __u8 ... 1 to 8
            @Bits(0) int none,
//                       ^ NM-230 0 bits ... __s32
            @Bits(2) boolean flag,
//                           ^ NM-230 2 bits ... bool ... 1 bit
            @Bits(33) State state,
//                          ^ NM-230 33 bits ... enum state
            @Bits(33) Wide longer) {}
//                         ^ NM-230 33 bits ... enum wide ... 1 to 32
