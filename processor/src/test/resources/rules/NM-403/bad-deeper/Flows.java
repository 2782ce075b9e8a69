@BpfObject
interface Flows {
    interface Left {
        record Part(int a) {}
    }

    interface Right {
        record Part(int b) {}
//      ^ NM-403 struct part (com.acme.Flows.Right.Part) ... part ... struct part (com.acme.Flows.Left.Part)
//      ^ NM-405 Part ... class PartCodec
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key Left.Part left, Right.Part right) {}
}
