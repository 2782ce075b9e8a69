@InnerMap(maxEntries = 8)
record Flow(@Key @U32 long id, @U64 long packets) {}
