package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Load(@Key int id, int value) {}
//  ^ NM-405 Nestmap can't generate method load() for Load: every class of this kind already has that method

    @BpfMap(maxEntries = 16)
    record Class(@Key int id, int value) {}
//  ^ NM-405 is a keyword in Java

    @BpfMap(maxEntries = 16)
    record Close(@Key int id, int value) {}
//  ^ NM-405
}
