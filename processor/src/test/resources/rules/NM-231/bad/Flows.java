    @BpfMap(maxEntries = 16)
    @Align(0)
    record Flow(
//  ^ NM-231 Flow ... 0
            @Key int id,
            @Align(48) int odd,
//                         ^ NM-231 odd ... 48
            @Align(8192) int large) {}
//                           ^ NM-231 4096
