@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @Pointer("const char") long path,
//                                           ^ NM-223 Flow.path ... const char
            @Pointer("struct sock *") long socket) {}
//                                         ^ NM-223 Flow.socket ... struct sock *
}
