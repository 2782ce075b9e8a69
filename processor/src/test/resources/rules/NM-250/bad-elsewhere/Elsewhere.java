final record Elsewhere(int elsewhere) implements Flows.Far {}
//    ^ NM-250 Far ... permits Elsewhere ... another top-level type
