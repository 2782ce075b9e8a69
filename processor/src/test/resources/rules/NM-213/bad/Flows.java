    record Inside(
            @Size(2) int[] ports) {}
//                         ^ NM-213 IntList

    record Key1(int id, Inside inside) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Key1 key, int count) {}

    @InnerMap(maxEntries = 16)
    record Bare(
            @Key @Size(4) byte[] key,
//                               ^ NM-213 ByteString
            int count) {}

    @BpfMap(maxEntries = 16)
    record Unsized(
            @Key int[] ports,
//                     ^ NM-213
            int count) {}

    @OuterMap(inner = Bare.class, maxEntries = 16)
    record Outer(
            int id,
            @Size({1, 2}) byte[][] rows) {}
//                                 ^ NM-213 Outer.rows ... byte[][]
