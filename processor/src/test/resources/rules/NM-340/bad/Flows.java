    @Constants(section = ".data.config")
//                       ^ NM-340 Config ... .data.config ... .rodata.
    record Config(@U32 long sampleRate, @Be16 int port) {}

    @Variables(section = ".rodata")
//                       ^ NM-340 Stats ... .rodata ... .bss
    record Stats(@U64 long packets, @U64 long bytes) {}

    @Variables(section = "stats")
//                       ^ NM-340 Other ... stats
    record Other(@U64 long packets, @U64 long bytes) {}

    @Variables(section = ".data.a\") __attribute__((packed")
//                       ^ NM-340 Hostile
    record Hostile(@U64 long packets, @U64 long bytes) {}

    @Variables(section = ".data.")
//                       ^ NM-340 Unnamed
    record Unnamed(@U64 long packets, @U64 long bytes) {}
