record OtherKey(int id) {}
