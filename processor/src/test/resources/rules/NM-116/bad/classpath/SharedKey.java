/** Compiled before, without the processor. */
@BpfType
record SharedKey(@U32 long id, float weight) {}
