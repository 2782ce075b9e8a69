@InnerMap(maxEntries = 16)
record Counter(@Key OtherKey id, State state) {}
