@BpfObject
interface Flows {
    record Place(@U16 int region, @U16 int number) {}

    @Slot(key = {7, 1, 0}, name = "gold")
    @OuterMap(inner = Flow.class, maxEntries = 8, fillAtLoad = true)
    record Site(Place place, boolean indoors) {}
}
