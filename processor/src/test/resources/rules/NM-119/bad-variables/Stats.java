@Variables
// ^1 NM-119 Stats ... @Variables
public record Stats(@U64 long packets) {}
