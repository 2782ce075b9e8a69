    record Big0(long a, long b, long c, long d, long e, long f, long g, long h) {}

    record Big1(Big0 a, Big0 b, Big0 c, Big0 d, Big0 e, Big0 f, Big0 g, Big0 h) {}

    record Big2(Big1 a, Big1 b, Big1 c, Big1 d, Big1 e, Big1 f, Big1 g, Big1 h) {}

    record Big3(Big2 a, Big2 b, Big2 c, Big2 d, Big2 e, Big2 f, Big2 g, Big2 h) {}

    record Big4(Big3 a, Big3 b, Big3 c, Big3 d, Big3 e, Big3 f, Big3 g, Big3 h) {}

    record Big5(Big4 a, Big4 b, Big4 c, Big4 d, Big4 e, Big4 f, Big4 g, Big4 h) {}

    record Big6(Big5 a, Big5 b, Big5 c, Big5 d, Big5 e, Big5 f, Big5 g, Big5 h) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Big6 big) {}
//                                ^ NM-305 flow ... 16777220

    @BpfMap(maxEntries = 16)
    record Other(@Key Big6 big, int id) {}
//                         ^ NM-305 other ... 16777220

    @InnerMap(maxEntries = 16)
    record Both(@Key int id, Big6 big, Big6 more) {}
//  ^ NM-305 both_map
