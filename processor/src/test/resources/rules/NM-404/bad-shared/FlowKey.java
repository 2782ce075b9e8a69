@BpfType
record FlowKey(int id) {}
// ^1 NM-404 com.acme.FlowKey ... com.acme.First
