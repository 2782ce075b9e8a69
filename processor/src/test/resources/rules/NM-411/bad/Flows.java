@BpfObject
interface Flows {
    @Slot(key = -1, name = "silver")
//  ^ NM-411 tenant ... slot -1 ... __u32
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@U32 long id) {}

    @Slot(key = {1, 256}, name = "iron")
//  ^ NM-411 slot 1, 256 ... __u8
    @OuterMap(inner = Flow.class, maxEntries = 4, fillAtLoad = true)
    record Site(@U8 int region, @U8 int number) {}
}
