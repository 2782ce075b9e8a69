@BpfType
record Big(@Size(2000000000) byte[] first, @Size(2000000000) byte[] second) {}
// ^1 NM-212 Big ... 4000000000
