@BpfObject
interface Flows {
    record Digest(
            byte[] bytes) {}
//                 ^ NM-210 Digest.bytes ... byte[]

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            Digest digest,
            int[][] grid,
//                  ^ NM-210 @Size({n, m})
            String name,
//                 ^ NM-210 @Size(n)
            dev.nestmap.types.ByteString[] parts,
//                                         ^ NM-210 @Size({n, m})
            int... rest) {}
//                 ^ NM-210 @Size(n)
}
