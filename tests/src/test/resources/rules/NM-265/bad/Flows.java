package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Packed
//  ^ NM-265 @Packed does not fit record Count: a key or value with a single component has no C struct
    @Align(64)
//  ^ NM-265 make the component a record of its own
    @BpfMap(maxEntries = 16)
    record Count(@Key int id, long packets) {}

    @Pad(4)
//  ^ NM-265 the map has no values with a struct
    @BpfMap(maxEntries = 16)
    record Blocked(@Key int id) {}

    @Packed
//  ^ NM-265 a key or value with a single component has no C struct
    @OuterMap(inner = Inner.class, maxEntries = 4)
    record Outer(int id) {}

    @Pad(8)
//  ^ NM-265 a union is as large as its largest member
    @Union
    sealed interface Word {
        record Whole(long whole) implements Word {}
    }

    record Words(dev.nestmap.types.Untagged<Word> word, int more) {}

    @BpfMap(maxEntries = 16)
    record WithWords(@Key int id, Words words) {}

    @Pad(bits = 3)
//  ^ NM-265 a struct ends at a whole byte
    @InnerMap(maxEntries = 4)
    record Inner(@Key int id, int value, @Bits(5) int few) {}
}
