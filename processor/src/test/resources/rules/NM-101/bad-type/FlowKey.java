@BpfType
// ^1 NM-101 FlowKey
final class FlowKey {}
