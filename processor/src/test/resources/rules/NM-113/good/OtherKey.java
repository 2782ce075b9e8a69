@BpfType
record OtherKey(@U32 long id) {}
