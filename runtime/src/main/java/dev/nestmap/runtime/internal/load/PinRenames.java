/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.PinNames;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The pins that a load has given other names. Each change is a generation of its own, and nobody else changes these pins until the load ends. If it fails,
 * they get their names back. A process that is killed in between leaves all under one of the two names, and a load of either version finds it there.
 */
final class PinRenames implements AutoCloseable {
    private final String operation;
    private final BooleanSupplier stays;
    private final List<Pins.Lock> held = new ArrayList<>();
    private final Undo renamed = new Undo();
    private final List<String> messages = new ArrayList<>();

    /**
     * @param operation names the load in messages
     * @param stays whether a program of a failed load stays attached, and so the names that it was loaded with
     */
    PinRenames(String operation, BooleanSupplier stays) {
        this.operation = operation;
        this.stays = stays;
    }

    /**
     * Gives a map and all that is beside it another name. In one step, because another generation has the new names.
     *
     * @param claim that of the earlier name, which this object closes
     */
    void rename(ClaimedPin pin, String map, Path from, Path to, Pins.Lock claim) {
        held.add(claim);
        renamed.add(() -> {
            if (pin.pins().exists(to) && !pin.pins().exists(from)) {
                move(pin, to, from);
            }
        });
        move(pin, from, to);
        messages.add("the map " + map + " that was pinned at " + from + " is pinned at " + to);
    }

    private void move(ClaimedPin pin, Path from, Path to) {
        Pins pins = pin.pins();
        Path link = PinNames.setOf(from).resolve(from.getFileName()); // for other tools
        try (Undo door = new Undo()) {
            door.add(pin.claim().closeDoor()::close);
            try (Generation next = new Generation(
                    operation, pins, pin.paths().set(), pin.paths().options(), Map.of())) {
                if (!pins.isFile(link)) {
                    pins.remove(link);
                }
                next.publishRenamed(from, to);
            }
            new PinPaths(to, pin.paths().options(), pin.paths().access()).link(pins);
        }
    }

    /** The load has succeeded. */
    void commit() {
        renamed.commit();
        messages.forEach(message -> WarningLog.RUNTIME.log(Level.INFO, message, null));
    }

    @Override
    public void close() {
        if (stays.getAsBoolean()) {
            commit();
        }
        new Cleanup().run(renamed::close).each(held, Pins.Lock::close).rethrow();
    }
}
