/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The outer maps that a command drains. Until it is closed, this process owns the slots of all of them, so what was checked stays true. */
final class OuterDrains implements Iterable<OuterDrain>, AutoCloseable {
    private final List<OuterDrain> drains = new ArrayList<>();

    private OuterDrains() {}

    /**
     * Becomes the owner of the slots of outer maps, and of the requests beside them, in the order of their paths. It waits for no other owner, so
     * two commands can't wait for each other.
     *
     * @param machine the name of the machine in identities; null for its id
     * @throws RuntimeException if one of them can't be drained; nothing was changed then
     */
    static OuterDrains own(List<Path> pins, @Nullable String machine, DrainFile file) {
        SecondPinCheck.requireNone(pins);
        OuterDrains all = new OuterDrains();
        try {
            for (Path pin : pins.stream().distinct().sorted().toList()) {
                OuterDrain counts = OuterDrain.open(pin, machine, file, null);
                all.drains.add(counts);
                Path requests = PinFile.REQUESTS.of(pin);
                if (PinFiles.exists(requests) && PinFiles.isOuter(requests)) {
                    all.drains.add(OuterDrain.open(requests, machine, file, counts));
                }
            }
            all.drains.forEach(OuterDrain::own); // a service in another PID namespace shows no process before
            SharedInnerMapCheck.requireUnshared(pins);
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    @Override
    public Iterator<OuterDrain> iterator() {
        return drains.iterator();
    }

    @Override
    public void close() {
        drains.forEach(OuterDrain::close);
    }
}
