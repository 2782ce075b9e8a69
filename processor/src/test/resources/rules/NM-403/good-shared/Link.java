@BpfType
record Link(Endpoint source, Endpoint destination) {}
