import java.net.Inet4Address;

@BpfObject
interface Flows {
    @Slot(key = 0, name = "gold")
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(key = 0x0a000001, name = "gateway")
    @OuterMap(inner = Flow.class, maxEntries = 8, fillAtLoad = true)
    record Host(Inet4Address address) {}

    @Slot(key = {0, 1}, name = "bronze")
    @OuterMap(inner = Flow.class, maxEntries = 8, fillAtLoad = true)
    record Site(@U16 int region, @U16 int number) {}
}
