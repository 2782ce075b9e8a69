/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.untyped.UntypedOuterMap;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The outer maps that a command drains. Until it is closed, this process owns them and all other pins that it changes, so what was checked stays true. */
final class OuterDrains implements Iterable<OuterDrain>, Closeable {
    private final List<OuterDrain> drains = new ArrayList<>();

    /** What this process owns, the last one first to be given up. */
    private final List<Closeable> owned = new ArrayList<>();

    private OuterDrains() {}

    /**
     * Becomes the owner of the slots of outer maps, and of the requests beside them, in the order of their paths. It waits for no other owner, so
     * two commands can't wait for each other.
     *
     * @param others pins in further directories that the command changes
     * @param machine the name of the machine in identities; null for its id
     * @throws RuntimeException if one of them can't be drained; nothing was changed then
     */
    static OuterDrains own(List<Path> pins, Collection<Path> others, @Nullable String machine, DrainFile file)
            throws IOException {
        SecondPinCheck.requireNone(pins);
        OuterDrains all = new OuterDrains();
        try {
            for (Path pin : pins.stream().distinct().sorted().toList()) {
                OuterDrain counts = all.add(OuterDrain.open(pin, machine, file, null));
                Path requests = PinFile.REQUESTS.of(pin);
                if (PinFiles.exists(requests) && PinFiles.isOuter(requests)) {
                    all.add(OuterDrain.open(requests, machine, file, counts));
                }
            }
            all.drains.forEach(OuterDrain::own); // a service in another PID namespace shows no process before
            SharedInnerMapCheck.requireUnshared(pins);
            for (Path pin : others) {
                all.owned.add(UntypedOuterMap.ownPins(pin));
            }
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private OuterDrain add(OuterDrain drain) {
        drains.add(drain);
        owned.add(drain::close);
        return drain;
    }

    @Override
    public Iterator<OuterDrain> iterator() {
        return drains.iterator();
    }

    @Override
    public void close() throws IOException {
        closeAll(owned);
    }

    /** Closes the last one first, and all even if one fails. */
    static void closeAll(List<Closeable> all) throws IOException {
        if (!all.isEmpty()) {
            try {
                all.remove(all.size() - 1).close();
            } finally {
                closeAll(all);
            }
        }
    }
}
