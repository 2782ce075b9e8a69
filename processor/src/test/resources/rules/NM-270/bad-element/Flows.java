@BpfObject
interface Flows {
    @ListNode
    record Word(int number) {}

    @ListNode
    @ListHead(name = "words", contains = Word.class)
    record Line(int number) {}
//  ^ NM-270 objects of struct line ... struct word ... no bpf_spin_lock

    @SpinLock
    @ListHead(name = "lines", contains = Line.class)
    @BpfMap(maxEntries = 16)
    record Page(@Key int id) {}
}
