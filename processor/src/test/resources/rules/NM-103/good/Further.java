@BpfMap(maxEntries = 16)
record Further(@Key @U32 long id, @U64 long packets) {}
