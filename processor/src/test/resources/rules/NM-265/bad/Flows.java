package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Packed
//  ^ NM-265 @Packed ... Count ... single component
    @Align(64)
//  ^ NM-265 record of its own
    @BpfMap(maxEntries = 16)
    record Count(@Key int id, long packets) {}

    @BpfMap(maxEntries = 16, struct = "sum")
//                                    ^ NM-265 @BpfMap(struct) ... Sum ... several components
    record Sum(@Key int id, long packets) {}

    @Pad(4)
//  ^ NM-265 no value struct
    @BpfMap(maxEntries = 16)
    record Blocked(@Key int id) {}

    @Packed
//  ^ NM-265 single component
    @OuterMap(inner = Inner.class, maxEntries = 4)
    record Outer(int id) {}

    @Pad(8)
//  ^ NM-265 union Word ... largest member
    @Union
    sealed interface Word {
        record Whole(long whole) implements Word {}
    }

    record Words(dev.nestmap.types.Untagged<Word> word, int more) {}

    @BpfMap(maxEntries = 16)
    record WithWords(@Key int id, Words words) {}

    @Pad(bits = 3)
//  ^ NM-265 whole byte
    @InnerMap(maxEntries = 4)
    record Inner(@Key int id, int value, @Bits(5) int few) {}
}
