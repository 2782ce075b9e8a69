@BpfMap
// ^1 NM-301 set maxEntries to the largest number of entries
record Top(@Key int id, @U64 long packets) {}
