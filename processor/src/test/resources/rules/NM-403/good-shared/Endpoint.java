@BpfType
record Endpoint(@U32 long address) {}
