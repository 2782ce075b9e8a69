import com.acme.shared.Counter;

@BpfObject
interface Flows {
    @OuterMap(maxEntries = 16, inner = Counter.class)
    record Tenant(@U32 long id) {}
}
