import com.acme.shared.Counter;

    @OuterMap(maxEntries = 16, inner = Counter.class)
//                                            ^ NM-115 CounterKey ... FlowsBpf
    record Tenant(@U32 long id) {}
