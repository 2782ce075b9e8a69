enum State {
    NEW
}
