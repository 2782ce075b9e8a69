@InnerMap(maxEntries = 16)
record Hits(@Key Link link, Endpoint via) {}
