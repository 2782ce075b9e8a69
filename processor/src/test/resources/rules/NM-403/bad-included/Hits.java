@Name("count")
@InnerMap(maxEntries = 16)
record Hits(@Key @U32 long id, @U64 long count) {}
