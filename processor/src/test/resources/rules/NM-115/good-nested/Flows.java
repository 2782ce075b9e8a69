import com.acme.shared.Counter;
import com.acme.shared.Flow;

@BpfObject
interface Flows {
    @OuterMap(maxEntries = 16, inner = Counter.class)
    record Tenant(@U32 long id) {}

    @OuterMap(maxEntries = 16, inner = Flow.class)
    record Host(@U32 long id) {}
}
