@Slot(key = 0, name = "gold")
// ^1 NM-414 @Slot ... Flows
@OuterMap(inner = Flow.class, maxEntries = 8)
record Flows(@U32 long id) {}
