package app;

import app.Rooms.Guest;
import app.RoomsBpf.GuestMap;
import app.RoomsBpf.RoomMap;
import dev.nestmap.runtime.LoadedObject;

public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.out.println(RoomsBpf.class.getModule());
        try (RoomsBpf rooms = (RoomsBpf) LoadedObject.inMemory(Rooms.class)) {
            drain(rooms.room());
        }
        try (RoomMap.Owned rooms = RoomMap.newMap()) {
            drain(rooms);
        }
    }

    private static void drain(RoomMap rooms) {
        rooms.create(1).put(new Guest(5, 3));
        try (GuestMap.Owned drained = rooms.rotate(1)) {
            drained.forEach(System.out::println);
        }
    }
}
