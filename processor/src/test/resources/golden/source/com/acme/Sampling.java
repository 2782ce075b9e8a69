package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.LongList;
import java.net.Inet4Address;

/** Constants and variables of every section, set at load or zero, as a struct or as a single C type; and programs. */
@BpfObject(prefix = "acme_")
@BpfProgram(value = "sample_packets", section = "xdp")
@BpfProgram(value = "close", section = "kprobe/filp_close", method = "onClose")
@BpfProgram("any_section")
public interface Sampling {
    enum Mode {
        ALL,
        SOME
    }

    @Constants
    record Config(@U32 long sampleRate, Inet4Address vip, Mode mode, boolean verbose, @Size(3) @Be16 int[] ports) {}

    @Constants(section = ".rodata.limits")
    @Name("packet_limit")
    record Limit(@U64 long packets) {}

    record Counts(@U64 long packets, @U64 long bytes) {}

    @Variables
    record Stats(Counts total, @U32 long lastPort, @U8 int level) {}

    @Variables(setAtLoad = true)
    record Pins(@U32 long open) {}

    @Variables(section = ".data.hits")
    record Hits(@Size(64) @U64 LongList counts) {}

    @BpfMap(sizedAtLoad = true, pin = "port")
    record Port(@Key @Be16 int number, Counts counts) {}
}
