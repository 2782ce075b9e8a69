@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            @Size(0) byte[] none,
//                          ^ NM-212 0
            @Size({2, -1}) byte[][] less,
//                                  ^ NM-212 -1
            @Size({-2, -3}) byte[][] product,
//                                   ^ NM-212 -2
            @Size(0x4000_0000) long[] large,
//                                    ^ NM-212 8589934592
            @Size({2, 0x4000_0000}) byte[][] oneTooMany,
//                                           ^ NM-212 2147483648
            @Size({0x7fff_ffff, 0x7fff_ffff, 0x7fff_ffff}) byte[][][] cube) {}
//                                                                    ^ NM-212 2147483647
}
