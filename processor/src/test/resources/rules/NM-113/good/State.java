@BpfType
enum State {
    NEW
}
