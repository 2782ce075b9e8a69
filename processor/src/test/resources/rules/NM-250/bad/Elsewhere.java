package com.acme;

final record Elsewhere(int elsewhere) implements Flows.Far {}
//    ^ NM-250 another top-level type
