@BpfObject
@BpfProgram(value = "count", section = "from-container", loadAs = "tcx/ingres")
// ^67 NM-122 loadAs ... tcx/ingres ... write loadAs = "tcx/ingress"
interface Flows {}
