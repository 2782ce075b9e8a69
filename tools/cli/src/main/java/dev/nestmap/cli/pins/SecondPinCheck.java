/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds other pins, and other names, of outer maps. An administrator may have made one, or another user who may read the pin of the service. The
 * ownership of the slots, the pins of the inner maps and the displaced maps are beside the service's pin, so a command that was given the other one
 * would drain beside a running service, or save maps that the next start of a stopped one drains again.
 *
 * <p>The kernel does not say where a map is pinned, but the text beside the service's pin names the directory of its set. The runtime refuses a pin
 * with the text of another directory. This class finds the texts of pins without one or with a forged one, because the kernel lists all maps.
 */
final class SecondPinCheck {
    private static final ByteString FIRST = ByteString.of(new byte[Integer.BYTES]);

    private SecondPinCheck() {}

    /** Throws if one of these outer maps has a name outside its set, or if its service uses another pin. */
    static void requireNone(List<Path> outers) {
        outers.stream()
                .flatMap(pin -> Stream.of(pin, PinFile.REQUESTS.of(pin)))
                .forEach(SecondPinCheck::requireOneName);
        Map<Integer, Path> pins = new HashMap<>();
        outers.forEach(pin -> idAt(pin).ifPresent(id -> pins.put(id, pin)));
        TargetMapFinder.forAll(
                map -> map.declaredName().equals(PinnedMapText.MAP_OF_TEXT),
                map -> {
                    PinnedMapText text = textIn(map);
                    Path second = text == null ? null : pins.get(text.id());
                    if (text != null && second != null && !text.directory().equals(directoryBeside(second))) {
                        throw new CommandFailedException(
                                "the outer map at " + SafeText.visible(second.toString()) + " (id "
                                        + Integer.toUnsignedString(text.id()) + ") is that of a service ("
                                        + SafeText.visible(text.schema().origin())
                                        + "), which has another pin of it, called " + SafeText.visible(text.pin())
                                        + ". Maps that the service has drained are beside that pin, so a drain through this pin could save"
                                        + " counts twice. Nothing was changed. `nestmap pins` finds the pin of the service: name that pin. If"
                                        + " there is none,"
                                        + " `bpftool -f map show id " + Integer.toUnsignedString(map.id())
                                        + "` shows where this text is pinned, and which processes have it open");
                    }
                },
                problem -> {});
    }

    /** Throws if a pin has a name outside its set: a hard link. An upgrade that was killed may have left one in it. */
    private static void requireOneName(Path pin) {
        try {
            Map<String, Object> file = Files.readAttributes(pin, "unix:nlink,fileKey", LinkOption.NOFOLLOW_LINKS);
            long known = Stream.of(
                            pin,
                            PinNames.inNow(pin),
                            PinNames.setOf(pin).resolve(PinNames.COMING).resolve(pin.getFileName()))
                    .distinct()
                    .filter(name -> Objects.equals(file.get("fileKey"), fileKey(name)))
                    .count();
            if (((Number) Objects.requireNonNull(file.get("nlink"))).longValue() > known) {
                throw new CommandFailedException("the pin " + SafeText.visible(pin.toString())
                        + " has another name in another directory (a hard link), so its service and this command could save the same counts."
                        + " Nothing was changed. `find DIRECTORY -samefile "
                        + SafeText.visible(pin.toString())
                        + "` finds the other name, if DIRECTORY is where the BPF file system is mounted. If you know which of the two the "
                        + "service uses, remove the other one");
            }
        } catch (IOException e) {
            // It is gone, which the drain notices, too.
        }
    }

    private static @Nullable Object fileKey(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    private static Optional<Integer> idAt(Path pin) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            return Optional.ofNullable(map).filter(UntypedMap::isMapOfMaps).map(UntypedMap::id);
        } catch (BpfException e) {
            return Optional.empty(); // no map, or somebody has removed it meanwhile
        }
    }

    /** The directory in the text that belongs to a pin; null if it has none. */
    private static @Nullable String directoryBeside(Path pin) {
        if (!pin.equals(PinNames.inNow(pin))) {
            return null;
        }
        try (UntypedMap.Owned map = UntypedMap.openPinned(PinFile.SCHEMA.of(pin), MapAccess.READ_ONLY)) {
            PinnedMapText text = map == null ? null : textIn(map);
            return text == null ? null : text.directory();
        } catch (BpfException e) {
            return null; // no text
        }
    }

    /** Null if a map that is called like a text is none. Every process that may create maps can choose their names. */
    private static @Nullable PinnedMapText textIn(UntypedMap map) {
        try {
            UntypedMap.Entry entry = map.get(FIRST);
            return entry == null
                    ? null
                    : PinnedMapText.parse(new String(entry.value().toBytes(), StandardCharsets.UTF_8));
        } catch (BpfException | IllegalArgumentException | SchemaFormatException e) {
            return null;
        }
    }
}
