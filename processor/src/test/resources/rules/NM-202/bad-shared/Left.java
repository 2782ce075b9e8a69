@BpfType
record Left(Right right) {}
