@Name("count")
@InnerMap(maxEntries = 16)
record Misses(@Key @U32 long id, @U32 long count) {}
