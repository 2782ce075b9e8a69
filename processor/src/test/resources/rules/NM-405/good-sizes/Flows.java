@BpfObject
interface Flows {
    /** No class of its own is generated for it, and nobody gives it a size. */
    @InnerMap(maxEntries = 4)
    record Interface(@Key int id, int value) {}

    @OuterMap(inner = Interface.class, sizedAtLoad = true)
    record Sizes(int id) {}

    @BpfMap(sizedAtLoad = true)
    record Spec(@Key int id, int value) {}
}
