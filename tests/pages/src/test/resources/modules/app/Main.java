package app;

import app.Rooms.Guest;
import app.RoomsBpf.GuestMap;
import app.RoomsBpf.RoomMap;

public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.out.println(RoomsBpf.class.getModule());
        try (RoomsBpf rooms = RoomsBpf.inMemory()) {
            drain(rooms.room());
        }
        try (RoomMap.Owned rooms = RoomsBpf.ROOM_MAP.create()) {
            drain(rooms);
        }
    }

    private static void drain(RoomMap rooms) {
        rooms.create(1).put(new Guest(5, 3));
        rooms.drain(1, drained -> drained.map().forEach(System.out::println));
    }
}
