@BpfObject
interface Flows {
    @Kptr(name = "t1", target = "task_struct")
    @Kptr(name = "t2", target = "task_struct")
    @Kptr(name = "t3", target = "task_struct")
    @Kptr(name = "t4", target = "task_struct")
    @Kptr(name = "t5", target = "task_struct")
    @Kptr(name = "t6", target = "task_struct")
    @Kptr(name = "t7", target = "task_struct")
    @Kptr(name = "t8", target = "task_struct")
    @Kptr(name = "t9", target = "task_struct")
    @Kptr(name = "t10", target = "task_struct")
    @Kptr(name = "t11", target = "task_struct")
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id) {}
}
