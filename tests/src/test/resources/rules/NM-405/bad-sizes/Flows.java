package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = MaxEntries.AT_LOAD)
    record Interface(@Key int id, int value) {}
//  ^ NM-405 Interface would be generated as method interface(long) of Sizes, as would a keyword of Java

    @InnerMap(maxEntries = MaxEntries.AT_LOAD)
    record Wait(@Key int id, int value) {}
//  ^ NM-405 Wait would be generated as method wait(long) of Sizes, as would a method that every object has

    @InnerMap(name = "packets", maxEntries = MaxEntries.AT_LOAD)
    record Flow(@Key int id, int value) {}

    @OuterMap(name = "links", inner = Interface.class, maxEntries = 4)
    @OuterMap(name = "more_links", inner = Interface.class, maxEntries = 4)
    record Links(int id) {}

    @OuterMap(inner = Wait.class, maxEntries = 4)
    record Waits(int id) {}

    @OuterMap(name = "flow", inner = Flow.class, maxEntries = MaxEntries.AT_LOAD)
    @OuterMap(name = "more_flows", inner = Flow.class, maxEntries = 4)
    record Tenant(int id) {}
//  ^ NM-405 Tenant would be generated as method flow(long) of Sizes, as would Flow

    @BpfMap(maxEntries = MaxEntries.AT_LOAD)
    record Class(@Key int id, int value) {}
//  ^ NM-405 Class would be generated as method class(), as would a keyword of Java
}
