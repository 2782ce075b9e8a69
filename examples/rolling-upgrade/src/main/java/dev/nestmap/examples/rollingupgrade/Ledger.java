/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import dev.nestmap.runtime.pin.MapIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The counts of all drained maps, one file for each map. The file's name is the map's identity, so a map that is drained again after a
 * crash replaces its own file and is counted once. A real service would store the identity in the same transaction as the counts.
 */
final class Ledger {
    private static final String PART = ".part";

    private final Path directory;

    Ledger(Path directory) {
        this.directory = directory;
    }

    void add(MapIdentity map, Totals counts) throws IOException {
        String name = map.mapId() + "-" + map.takenOut();
        Path part = directory.resolve(name + PART);
        Files.writeString(part, counts.packets() + " " + counts.bytes());
        Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Totals total() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.toString().endsWith(PART))
                    .map(Ledger::read)
                    .reduce(Totals.NONE, Totals::plus);
        }
    }

    private static Totals read(Path file) {
        try {
            List<String> numbers = List.of(Files.readString(file).split(" ", -1));
            return new Totals(Long.parseLong(numbers.get(0)), Long.parseLong(numbers.get(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
