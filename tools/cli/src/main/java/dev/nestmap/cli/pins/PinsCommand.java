/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists pinned maps, links and programs, and displaced maps that wait to be drained. */
@Command(
        name = "pins",
        header = "Lists pinned maps, links and programs, and displaced maps that wait.",
        description =
                "Walks through a BPF file system. Beside the pin of an outer map, Nestmap pins its prototype, its inner maps, and the"
                        + " displaced maps that wait to be drained. The exit code is 1 if there are waiting maps, and 3 if"
                        + " something can't be read, because that may hide waiting maps.",
        footer = {
            "",
            "Examples:",
            "  nestmap pins                      everything below /sys/fs/bpf",
            "  nestmap pins /sys/fs/bpf/acme     one directory"
        })
public final class PinsCommand implements Callable<Integer> {
    private static final Path ROOT = Path.of("/sys/fs/bpf");

    private static final String DRAINING = "-draining";
    private static final String RETIRED = "-retired";
    private static final String READER = "-reader";
    private static final String REQUESTS = "-requests";

    /** The ends of the names of files and directories that Nestmap keeps beside the pin of an outer map. */
    private static final Set<String> BESIDE = Set.of(
            "-prototype",
            "-inner",
            DRAINING,
            REQUESTS,
            REQUESTS + "-prototype",
            REQUESTS + "-inner",
            REQUESTS + DRAINING,
            REQUESTS + "-migration",
            "-lost",
            "-lost-inserts",
            "-migration",
            RETIRED,
            READER);

    /** The paths of maps that wait. Their names end in the key and the id of the map. */
    private static final Pattern WAITING = Pattern.compile(
            ".+" + DRAINING + "/-?[0-9a-f]+-[0-9]+|.+" + RETIRED + "/L[0-9a-f]{14}-[^/]+-[0-9]+", Pattern.DOTALL);

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "DIRECTORY",
            arity = "0..1",
            description = "A directory of a BPF file system. Default: /sys/fs/bpf.")
    private Path directory = ROOT;

    private boolean found;
    private boolean waiting;
    private boolean unreadable;

    @Override
    public Integer call() {
        Console console = common.console();
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailedException("there is no directory " + SafeText.visible(directory.toString())
                    + TargetMapFinder.nearest(directory.toAbsolutePath().normalize())
                    + "; if no BPF file system is mounted, mount it: mount -t bpf -o mode=0711 bpf /sys/fs/bpf");
        }
        requireBpf();
        walk(console, directory.toAbsolutePath().normalize());
        if (!found && !unreadable) {
            console.line("nothing is pinned in " + SafeText.visible(directory.toString()));
        }
        if (unreadable) {
            return ExitCode.FAILED;
        }
        return waiting ? ExitCode.FOUND : ExitCode.OK;
    }

    /** Every file of another file system would be a problem. */
    private void requireBpf() {
        try {
            String type = Files.getFileStore(directory).type();
            if (!type.equals("bpf")) {
                throw new CommandFailedException(
                        SafeText.visible(directory.toString()) + " is in a file system of the type " + type
                                + ", where nothing can be pinned; name a directory of a BPF file system, or mount one: mount -t bpf -o mode=0711 bpf "
                                + ROOT);
            }
        } catch (IOException e) {
            // The process can't see its mounts. Each file then says what is wrong.
        }
    }

    private void walk(Console console, Path parent) {
        List<Path> outers = new ArrayList<>();
        List<Path> files = list(console, parent);
        List<Path> left = files.stream().filter(PinsCommand::isWaiting).toList();
        if (!left.isEmpty()) { // the outer map is gone, or the user named this directory
            console.line(console.bold(shown(parent)));
            waiting(console, parent, left);
        }
        for (Path file : files) { // in order, so an outer map comes before what lies beside it
            boolean ofKernel = file.toString().endsWith(".debug"); // the kernel's own files, which are no pins
            if (ofKernel || isWaiting(file) || isBeside(file, outers)) {
                continue;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                walk(console, file);
            } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && pin(console, file)) {
                outers.add(file);
                beside(console, file);
            }
        }
    }

    /** Shows a pin. Returns whether it may be that of an outer map. */
    private boolean pin(Console console, Path pin) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            if (map == null) {
                return false; // it was removed meanwhile
            }
            boolean isReader = isReader(map, pin);
            String what = map.isMapOfMaps()
                    ? ", " + map.count() + " of " + NumberText.count(map.maxEntries()) + " inner maps"
                    : isReader ? ", which describes the outer map of a reader" : "";
            console.line(console.bold(shown(pin)) + "  " + map.type()
                    + console.dim(" id " + Integer.toUnsignedString(map.id())) + what);
            found = true;
            return map.isMapOfMaps() || isReader;
        } catch (NotAMapException e) {
            console.line(console.bold(shown(pin)) + "  "
                    + SafeText.visible(e.found()).replaceFirst(": ", "  "));
            found = true;
            return false;
        } catch (BpfException e) {
            console.line(console.dim(shown(pin) + "  can't be read"));
            unreadable(console, pin, e.getMessage());
            return true;
        }
    }

    /** Whether a map is pinned in place of an outer map, for processes that read through programs. */
    private static boolean isReader(UntypedMap map, Path pin) {
        return map.type().equals("ARRAY") && Files.exists(sibling(pin, READER).resolve("buffer"));
    }

    private void beside(Console console, Path pin) {
        List<String> found = new ArrayList<>();
        if (Files.exists(sibling(pin, "-prototype"))) {
            found.add("a prototype");
        }
        int inners = list(console, sibling(pin, "-inner")).size();
        if (inners > 0) {
            found.add(NumberText.of(inners, "pinned inner map", "pinned inner maps"));
        }
        if (Files.exists(sibling(pin, REQUESTS))) {
            int reports = list(console, sibling(pin, REQUESTS + DRAINING)).size();
            found.add("requests for missing inner maps"
                    + (reports == 0
                            ? ""
                            : " and " + NumberText.of(reports, "report of misses", "reports of misses")
                                    + " that nobody has stored"));
        }
        if (Files.exists(sibling(pin, "-lost-inserts"))) {
            found.add("counts of lost inserts");
        }
        if (Files.exists(sibling(pin, READER))) {
            found.add("programs for readers without privileges");
        }
        if (!list(console, sibling(pin, "-migration")).isEmpty()) {
            found.add(
                    console.yellow("a migration that is under way or was interrupted: load the object to complete it"));
        }
        if (!found.isEmpty()) {
            console.line("  beside it: " + String.join(", ", found));
        }
        for (String end : List.of(DRAINING, RETIRED)) {
            Path directory = sibling(pin, end);
            waiting(console, directory, list(console, directory));
        }
    }

    private void waiting(Console console, Path directory, List<Path> pins) {
        if (pins.isEmpty()) {
            return;
        }
        found = true;
        waiting = true;
        boolean retired = directory.toString().endsWith(RETIRED);
        console.line(console.yellow("  " + NumberText.of(pins.size(), "displaced map waits", "displaced maps wait")
                + (retired ? ", replaced by an upgrade:" : " to be drained:")));
        pins.forEach(map -> console.line("    " + describe(map)));
        withoutOuter(console, directory);
        console.line(
                retired
                        ? "  → the upgrade may be running now; if it has ended, start the new version again: it completes the upgrade,"
                                + " and its drains pass them, so nothing is lost"
                        : "  → the process that owns the pin may be draining now; if it has ended, the next drain of the"
                                + " map's accessor passes them, so nothing is lost");
    }

    /** If the pin of the outer map is gone, says what to do before these maps can be recovered. */
    private static void withoutOuter(Console console, Path directory) {
        String path = directory.toString();
        Path outer = Path.of(path.substring(0, path.lastIndexOf('-')));
        if (!Files.exists(outer, LinkOption.NOFOLLOW_LINKS)) {
            console.line("  → nothing is pinned at " + shown(outer)
                    + ". First save the entries of maps that are still pinned in " + shown(sibling(outer, "-inner"))
                    + " or "
                    + shown(sibling(outer, "-migration"))
                    + " (`nestmap tree --json`): the service removes these pins. Then start the service, which pins a new"
                    + " outer map");
        }
    }

    private static String describe(Path pin) {
        String name = SafeText.visible(String.valueOf(pin.getFileName()));
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            if (map == null) {
                return name + "  drained meanwhile";
            }
            Instant taken =
                    Files.getLastModifiedTime(pin, LinkOption.NOFOLLOW_LINKS).toInstant();
            long ago = Math.max(0, Duration.between(taken, Instant.now()).toNanos());
            return name + "  " + NumberText.of(map.count(), "entry", "entries") + ", displaced "
                    + NumberText.duration(ago) + " ago";
        } catch (BpfException | IOException e) {
            return name + "  " + SafeText.visible(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isWaiting(Path file) {
        return WAITING.matcher(file.toString()).matches() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isBeside(Path file, List<Path> outers) {
        String name = String.valueOf(file.getFileName());
        return BESIDE.stream()
                .filter(name::endsWith)
                .anyMatch(end -> outers.contains(file.resolveSibling(name.substring(0, name.length() - end.length()))));
    }

    private static Path sibling(Path pin, String end) {
        return pin.resolveSibling(pin.getFileName() + end);
    }

    /** The files of a directory in the order of their names; none if there is no such directory. */
    private List<Path> list(Console console, Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (!Files.isExecutable(directory)) { // the names of the files can be read, but not the files
                throw new AccessDeniedException(directory.toString());
            }
            return files.sorted().toList();
        } catch (AccessDeniedException e) {
            unreadable(console, directory, "this process's user may not open the directory");
        } catch (IOException | UncheckedIOException e) {
            unreadable(console, directory, e.toString());
        }
        return List.of();
    }

    private void unreadable(Console console, Path path, @Nullable String reason) {
        unreadable = true;
        console.problem(path + " can't be read: " + reason);
    }

    private static String shown(Path path) {
        return SafeText.visible(path.toString());
    }
}
