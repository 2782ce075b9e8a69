/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.PinNames;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pin of a displaced map that nobody has acknowledged.
 *
 * @param pin its path, whose name ends in the key and the id of the map, and in {@code -unchecked} if programs may have written to it since
 * @param entries the number of entries, of an array those that are not zero; -1 if they can't be read
 * @param displaced when the map left its slot; null if that is unknown
 * @param problem why it can't be read; null if it can
 */
record WaitingMap(
        Path pin,
        long entries,
        @Nullable Instant displaced,
        @Nullable String problem) {
    private static final Pattern NAME = Pattern.compile(
            ".+(" + PinFile.DRAINING.end() + "(-[0-9]+)?|" + PinFile.RETIRED.end() + "-[0-9]+)/-?[0-9a-f]+-[0-9]+("
                    + PinNames.UNCHECKED + ")?",
            Pattern.DOTALL);

    /** Whether a file is such a pin. */
    static boolean isOne(Path file) {
        return NAME.matcher(file.toString()).matches() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Reads a pin. Null if the map was acknowledged meanwhile. */
    static @Nullable WaitingMap read(Path pin) {
        Instant displaced = null;
        try {
            displaced =
                    Files.getLastModifiedTime(pin, LinkOption.NOFOLLOW_LINKS).toInstant();
            try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
                return map == null ? null : new WaitingMap(pin, new DecodedMapView(map).count(), displaced, null);
            }
        } catch (NoSuchFileException e) {
            return null;
        } catch (BpfException | IOException e) {
            return new WaitingMap(pin, -1, displaced, SafeText.visible(String.valueOf(e.getMessage())));
        }
    }

    /** Whether an upgrade has replaced the map, and programs of the version before may still write to it. */
    boolean isRetired() {
        Path directory = pin.getParent();
        return directory != null && PinFile.RETIRED.pinOf(directory) != null;
    }

    /** How long the map has waited; zero if that is unknown. */
    Duration age() {
        Duration age = displaced == null ? Duration.ZERO : Duration.between(displaced, Instant.now());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** The age of the map that has waited longest. */
    static Duration oldest(List<WaitingMap> maps) {
        return maps.stream().map(WaitingMap::age).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
