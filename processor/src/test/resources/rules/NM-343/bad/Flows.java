@BpfObject
interface Flows {
    @InnerMap(maxEntries = 4)
    record Sent(@Key @U32 long id, @U64 long count) {}

    @OuterMap(inner = Sent.class, maxEntries = 4, pin = "acme/flow", pinByName = true, pinInners = true)
//                                                                               ^ NM-343 flow ... remove one of them
    record Flow(@U32 long id) {}
}
