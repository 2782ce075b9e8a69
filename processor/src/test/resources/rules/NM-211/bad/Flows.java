@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            @Size(4) int[][] grid,
//                           ^ NM-211 one number for each dimension ... @Size({n, m})
            @Size({4, 6}) byte[] bytes,
//                               ^ NM-211 @Size(n)
            @Size({}) byte[] none,
//                           ^ NM-210 Flow.none
            @Size(8) String[] names) {}
//                            ^ NM-211 @Size({n, m})
}
