@BpfType
record Right(Left left) {}
//                ^ NM-202 Left ... left
