package com.acme;

import com.acme.net.Samples;
import dev.nestmap.annotations.*;

/** Several outer maps of one record. */
@BpfObject(prefix = "st_")
public interface Stacks {
    @InnerMap(type = MapType.ARRAY, maxEntries = 256)
    record Delta(@Key @U32 long index, @U16 int low, @U16 int info) {}

    /** Of three sizes, one of them twice. */
    @OuterMap(name = "st_exe_8_deltas", inner = Delta.class, maxEntries = 4096, pin = "exe_8")
    @OuterMap(name = "st_exe_9_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 512)
    @OuterMap(name = "st_exe_9_more", inner = Delta.class, maxEntries = 64, innerMaxEntries = 512)
    @OuterMap(name = "st_exe_10_deltas", inner = Delta.class, maxEntries = 4096, innerMaxEntries = 1024)
    record Exe(@U64 long id) {}

    /** By a compound key, on demand, over another header's inner map; the first is called after the record. */
    @InnerMapsOnDemand
    @OuterMap(inner = Samples.class, maxEntries = 16)
    @OuterMap(name = "st_late_page", inner = Samples.class, maxEntries = 16, innerMaxEntries = 8)
    record Page(@U32 long process, @U32 long page) {}
}
