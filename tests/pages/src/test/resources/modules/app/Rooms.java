package app;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

@BpfObject("rooms")
interface Rooms {
    @InnerMap(maxEntries = 16)
    record Guest(@Key @U32 long id, @U64 long nights) {}

    @OuterMap(inner = Guest.class, maxEntries = 8)
    record Room(@U32 long number) {}
}
