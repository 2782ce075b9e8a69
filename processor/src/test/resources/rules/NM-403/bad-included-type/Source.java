@Name("endpoint")
@BpfType
record Source(@U32 long address) {}
