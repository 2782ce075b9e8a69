/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.globals;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Constants;
import dev.nestmap.annotations.Pad;
import dev.nestmap.annotations.S32;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Variables;
import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import java.net.Inet4Address;

/** Global variables of every section, and no map. */
@BpfObject("sampled")
interface Sampled {
    enum Mode {
        COUNT,
        READ_UNCHECKED
    }

    @Constants
    record SampleConfig(
            @U32 long sampleRate,
            Inet4Address vip,
            Mode mode,
            boolean slow,
            @Size(3) @U16 IntList ports) {}

    @Constants(section = ".rodata.limits")
    record Limit(@U64 long packets) {}

    @Variables
    record SampleStats(
            @U64 long packets,
            @U32 long last,
            @S32 int change,
            @U8 int level,
            @U16 int port,
            Mode mode) {}

    @Variables(section = ".data.gate", setAtLoad = true)
    record Gate(@U32 long open, @Pad(4) @U64 long passed) {}

    @Variables
    record Hits(@Size(4) @U64 LongList counts) {}
}
