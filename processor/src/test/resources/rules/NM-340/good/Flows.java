@BpfObject
interface Flows {
    @Constants(section = ".rodata.config")
    record Config(@U32 long sampleRate, @Be16 int port) {}

    @Constants(section = ".rodata")
    record Limit(@U32 long packets) {}

    @Variables(section = ".data")
    record Stats(@U64 long packets, @U64 long bytes) {}

    @Variables(section = ".data.more_stats.2")
    record More(@U64 long packets, @U64 long bytes) {}

    @Variables(section = ".bss.most")
    record Most(@U64 long packets, @U64 long bytes) {}
}
