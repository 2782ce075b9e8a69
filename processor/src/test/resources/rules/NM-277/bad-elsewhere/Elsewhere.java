final record Elsewhere(int elsewhere) implements Flows.Far {}
//    ^ NM-277 Elsewhere ... Far ... another top-level type
