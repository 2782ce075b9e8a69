package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Load(@Key int id, int value) {}
//  ^ NM-405 Load would be generated as method load(), as would a method that every object has

    @BpfMap(maxEntries = 16)
    record Class(@Key int id, int value) {}
//  ^ NM-405 a keyword of Java

    @BpfMap(maxEntries = 16)
    record Close(@Key int id, int value) {}
//  ^ NM-405
}
