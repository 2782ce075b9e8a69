/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.PinModel;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the pins of the maps in one top-level type. Two maps can't have the same path. */
final class PinReader {
    /** The longest key of a pinned map, in bytes. File names have two hexadecimal digits for each. */
    private static final int KEY_BYTES_MAX = PinNames.MOST_OF_KEY / 2;

    private static final String IS = "is pinned at";
    private static final String WAS = "was pinned at";
    private static final String PIN = "the pin";

    private final Problems problems;
    private final Map<String, String> mapsByPath = new LinkedHashMap<>();
    private final Map<String, String> mapsByEarlierPath = new LinkedHashMap<>();

    PinReader(Problems problems) {
        this.problems = problems;
    }

    /** Where a map is pinned; empty if it is not pinned, or if the pin has a problem, which is reported. */
    Optional<PinModel> pin(MapAnnotation annotation, MapDef map) {
        if (annotation.role() == MapRole.INNER) {
            return Optional.empty();
        }
        String path = annotation.use().text("pin");
        boolean inners = annotation.role() == MapRole.OUTER && annotation.use().flag("pinInners");
        boolean asksForInners = inners && annotation.use().written("pinInners").isPresent();
        if (!path.isEmpty() && annotation.isPinnedByName()) {
            problems.error(annotation.place("pinByName"), Rule.PIN_BY_NAME_AND_PATH, map.name(), path);
        }
        List<String> was =
                annotation.use().values("was").stream().map(Object::toString).toList();
        if (path.isEmpty() || annotation.isPinnedByName()) {
            if (path.isEmpty() && asksForInners) {
                withoutPin(annotation, map, "pinInners", "its inner maps are");
            }
            if (path.isEmpty() && !was.isEmpty()) {
                withoutPin(annotation, map, "was", "it names earlier pins");
            }
            return Optional.empty();
        }
        SourceLocation place = annotation.place("pin");
        if (!isPath(path)) {
            problems.error(place, Rule.PIN_PATH_INVALID, map.name(), path);
        }
        CType key = annotation.role() == MapRole.OUTER ? map.key() : null;
        if (key != null && !(key instanceof Scalar) && key.size() > KEY_BYTES_MAX) {
            problems.error(place, Rule.PINNED_KEY_TOO_LONG, map.name(), key.size(), KEY_BYTES_MAX);
        }
        mapsByPath.forEach((former, name) -> {
            if (path.equals(former) || isOf(path, former)) {
                overlaps(place, map.name(), IS, path, PIN, name, former);
            } else if (isOf(former, path)) {
                overlaps(place, name, IS, former, PIN, map.name(), path);
            }
        });
        mapsByPath.putIfAbsent(path, map.name());
        String renamed = mapsByEarlierPath.get(path);
        if (renamed != null) {
            overlaps(place, renamed, WAS, path, PIN, map.name(), path);
        }
        was.forEach(name -> earlierPin(annotation.place("was"), map, path, name));
        was.stream()
                .filter(name -> !isPath(name) || name.contains("/"))
                .forEach(name -> problems.error(annotation.place("was"), Rule.PIN_PATH_INVALID, map.name(), name));
        return Optional.of(new PinModel(path, inners, was));
    }

    /** A load gives an earlier pin to one map, and leaves it alone if a map has it. */
    private void earlierPin(SourceLocation place, MapDef map, String path, String name) {
        String earlier = path.substring(0, path.lastIndexOf('/') + 1) + name;
        String other = mapsByPath.get(earlier);
        if (other != null) {
            overlaps(place, map.name(), WAS, earlier, PIN, other, earlier);
            return;
        }
        String renamed = mapsByEarlierPath.putIfAbsent(earlier, map.name());
        if (renamed != null) {
            overlaps(place, map.name(), WAS, earlier, "an earlier pin", renamed, earlier);
        }
    }

    private void overlaps(
            SourceLocation place, String map, String tense, String path, String pin, String other, String otherPath) {
        problems.error(place, Rule.PIN_OVERLAPS_ANOTHER, map, tense, path, pin, other, otherPath);
    }

    private void withoutPin(MapAnnotation annotation, MapDef map, String attribute, String meaning) {
        problems.error(
                annotation.place(attribute),
                Rule.PIN_MISSING,
                map.name(),
                meaning,
                annotation.isPinnedByName() ? "instead of pinByName" : "as well",
                attribute);
    }

    /**
     * Whether a path belongs to a pin: it is below the pin, which is not a directory, or the runtime may use it for files beside the pin.
     */
    private static boolean isOf(String path, String pin) {
        return path.startsWith(pin + "/") || path.startsWith(pin + "-");
    }

    /** Whether bpffs accepts the path and it stays below its directory. */
    private static boolean isPath(String path) {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        return Arrays.stream(relative.split("/", -1))
                .allMatch(name -> name.length() <= PinNames.MOST_OF_PIN
                        && name.matches("[A-Za-z0-9_][A-Za-z0-9_-]*")
                        && !PinNames.isReserved(name));
    }
}
