@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @Unit(CTimeUnit.SECONDS) long id,
//                                             ^ NM-216 Flow.id ... long
            @Unit(CTimeUnit.MILLIS) @Size(2) int[] ages) {}
//                                                 ^ NM-216 int[]
}
