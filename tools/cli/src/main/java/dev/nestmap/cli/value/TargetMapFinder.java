/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.program.NearestNameFinder;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Finds the maps that a user selects: by id, by name, by pin, by a directory of pins, or all. */
public final class TargetMapFinder {
    private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F'};

    private static final Set<String> STREAMS = Set.of("RINGBUF", "PERF_EVENT_ARRAY");

    private TargetMapFinder() {}

    /** Whether an argument is an object file. */
    public static boolean isObject(String target) {
        Path file = Path.of(target);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream content = Files.newInputStream(file)) {
            return Arrays.equals(content.readNBytes(ELF_MAGIC.length), ELF_MAGIC);
        } catch (IOException e) {
            return false;
        }
    }

    /** Throws if an argument is an object file, whose maps have no entries. */
    public static void requireNoObject(String target) {
        if (isObject(target)) {
            throw new CommandFailedException(
                    SafeText.visible(target)
                            + " is an object file, whose maps have no entries; name a map of the kernel, which `nestmap tree` lists");
        }
    }

    /**
     * Opens each map of the kernel that fulfils the condition, passes it to the action, and closes it. Reports maps that Nestmap refuses to
     * open, because it does not know their type, in one line: other software may have many. Returns the number of maps.
     */
    public static int forAll(Predicate<UntypedMap> condition, Consumer<UntypedMap> action, Consumer<String> problems) {
        int count = 0;
        List<Integer> unknown = new ArrayList<>();
        for (int id : allIds()) {
            try (UntypedMap.Owned map = UntypedMap.open(id)) {
                if (map != null && condition.test(map)) {
                    action.accept(map);
                    count++;
                }
            } catch (BpfException e) {
                if (e.reason() == Reason.NOT_SUPPORTED) {
                    unknown.add(id);
                } else {
                    problems.accept("map " + id + ": " + e.getMessage());
                }
            }
        }
        if (!unknown.isEmpty()) {
            problems.accept("this version of Nestmap does not know the types of the maps " + unknown
                    + "; `nestmap tree ID` shows what the kernel says about one of them");
        }
        return count;
    }

    private static List<Integer> allIds() {
        try {
            return UntypedMap.ids();
        } catch (BpfException e) {
            String advice = e.errno() == Errno.EPERM ? ": run as root, or name a pin that this user may read" : "";
            throw new CommandFailedException(e.getMessage() + advice);
        }
    }

    /** Opens the map that a user names by id or pin. Throws if there is none. The caller closes it. */
    private static UntypedMap.Owned open(String target) {
        boolean byId = isId(target);
        long id = byId ? Long.parseLong(target) : 0;
        UntypedMap.Owned map = !byId
                ? UntypedMap.openPinned(path(target), MapAccess.READ_ONLY)
                : id > Integer.MAX_VALUE ? null : UntypedMap.open((int) id);
        if (map == null) {
            throw new CommandFailedException(
                    byId
                            ? "there is no map with id " + id + "; `nestmap tree --all` lists all maps"
                            : "nothing is pinned at " + SafeText.visible(target)
                                    + "; `nestmap pins` lists the pins below /sys/fs/bpf");
        }
        return map;
    }

    /** Whether programs count the events of this map that are lost. */
    public static boolean isStream(UntypedMap map) {
        return STREAMS.contains(map.type());
    }

    /** The schema of the map that a user names by id or pin, with its inner maps. */
    public static Schema schema(String target) {
        try (UntypedMap.Owned map = open(target)) {
            return SchemaText.parse(map.schemaText());
        }
    }

    private static boolean isId(String target) {
        return target.matches("[0-9]{1,10}");
    }

    private static boolean isName(String target) {
        return !isId(target) && !target.contains("/");
    }

    private static Path path(String target) {
        return Path.of(target).toAbsolutePath().normalize();
    }

    /** Opens the maps that a user names. Throws if there are none. */
    public static void forEach(String target, Consumer<UntypedMap> action, Consumer<String> problems) {
        if (isName(target)) {
            byName(target, action, problems);
        } else if (!isId(target) && Files.isDirectory(path(target), LinkOption.NOFOLLOW_LINKS)) {
            inDirectory(path(target), action, problems);
        } else {
            try (UntypedMap.Owned map = open(target)) {
                action.accept(map);
            }
        }
    }

    /** Whether a pin is the text beside another one. */
    private static boolean isText(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(PinNames.SCHEMA)
                && Files.exists(
                        file.resolveSibling(name.substring(0, name.length() - PinNames.SCHEMA.length())),
                        LinkOption.NOFOLLOW_LINKS);
    }

    private static void inDirectory(Path directory, Consumer<UntypedMap> action, Consumer<String> problems) {
        int maps = 0;
        List<Path> files = new ArrayList<>(PinDirectory.list(directory.resolve(PinNames.NOW)));
        files.addAll(PinDirectory.list(directory));
        for (Path file : files) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || isText(file)) {
                continue;
            }
            try (UntypedMap.Owned map = UntypedMap.openPinned(file, MapAccess.READ_ONLY)) {
                if (map != null) {
                    action.accept(map);
                    maps++;
                }
            } catch (NotAMapException e) {
                // a program or a link, which has no entries to show
            } catch (BpfException e) {
                problems.accept(e.getMessage());
            }
        }
        if (maps == 0) {
            throw new CommandFailedException("no map is pinned in " + SafeText.visible(directory.toString()));
        }
    }

    /** A name of 15 characters also selects each map whose longer name begins with it, because other tools show it. */
    private static boolean canBeNamed(UntypedMap map, String name) {
        return map.name().equals(name) || map.canBeNamed(name);
    }

    private static void byName(String name, Consumer<UntypedMap> action, Consumer<String> problems) {
        if (name.isBlank()) {
            throw new CommandFailedException("the name of the map is empty; `nestmap tree --all` lists all maps");
        }
        if (forAll(map -> canBeNamed(map, name), action, problems) == 0) {
            List<String> names = new ArrayList<>();
            forAll(map -> true, map -> names.add(map.declaredName()), problem -> {});
            throw new CommandFailedException("the running kernel has no map called " + SafeText.visible(name)
                    + NearestNameFinder.in(names, name)
                            .map(near -> " (did you mean " + SafeText.visible(near) + "?)")
                            .orElse("")
                    + "; `nestmap tree` lists all nested maps, and a path such as ./" + SafeText.visible(name)
                    + " names a pin");
        }
    }
}
