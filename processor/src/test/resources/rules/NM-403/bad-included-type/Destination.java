@Name("endpoint")
@BpfType
record Destination(@U32 long address, @U32 long port) {}
