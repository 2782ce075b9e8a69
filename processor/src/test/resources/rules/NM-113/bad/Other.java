@BpfObject
interface Other {
    record OtherKey(@U32 long id) {}

    enum State {
        NEW
    }

    @InnerMap(maxEntries = 16)
    record Counter(@Key OtherKey id, State state) {}
}
