/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Lists pinned maps, links and programs, and displaced maps that wait to be drained. */
@Command(
        name = "pins",
        header = "Lists pinned maps, links and programs, and displaced maps that wait.",
        description =
                "Lists everything in a BPF file system. For an outer map, it shows the process that owns the pins, the last drain, refused"
                        + " additions, requests for new inner maps, maps that wait to be drained, and what a reboot would lose. The exit code"
                        + " is 1 if you have to act: a map waits, nobody has stored a report of misses, or the program of a link will never"
                        + " run again. The exit code is 3 if something can't be read.",
        footer = {
            "",
            "Examples:",
            "  nestmap pins                      everything below /sys/fs/bpf",
            "  nestmap pins /sys/fs/bpf/acme     one directory",
            "  nestmap pins --schema acme/tenant what the bytes of a map mean",
            "  nestmap pins --older-than 5m      exits with 1 only if a map has waited for five minutes",
            "  nestmap pins --json | jq '.[] | select(.kind == \"waiting\")'"
        })
public final class PinsCommand implements Callable<Integer> {
    private static final Path ROOT = Path.of("/sys/fs/bpf");

    private static final String NETNS = ". ip netns exec hides it: use nsenter --net=/run/netns/NAME COMMAND instead";

    /** The end of the description of a link whose program will never run again. */
    private static final String DETACHED = ", detached";

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "DIRECTORY",
            arity = "0..1",
            description = "A directory of a BPF file system. Default: /sys/fs/bpf.")
    private Path directory = ROOT;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description =
                    "Ignores maps that have waited for less than this time, such as 90s, 5m or 2h. This changes only the exit code.")
    private Duration olderThan = Duration.ZERO;

    @Option(names = "--json", description = "Writes an array of pins as JSON.")
    private boolean json;

    @Option(
            names = "--schema",
            paramLabel = "PIN",
            description = "Prints what the bytes of a pinned map mean: the text beside its pin.")
    private @Nullable Path schema;

    private boolean found;
    private boolean waiting;
    private boolean detached;
    private boolean unreadable;
    private @Nullable PinOutput output;

    /** Parses a time such as {@code 5m}. */
    static final class TimeConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Duration.parse("PT" + text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        SafeText.quoted(text) + " is no time: write a number and a unit, such as 90s, 5m or 2h");
            }
        }
    }

    @Override
    public Integer call() {
        Console console = common.console();
        if (schema != null) {
            String text = UntypedMap.text(schema.toAbsolutePath());
            if (text == null) {
                throw new CommandFailedException("no text of Nestmap is beside the pin "
                        + SafeText.visible(schema.toString())
                        + ": other software has pinned the map, or nothing is pinned there");
            }
            text.lines().map(SafeText::visible).forEach(console::line);
            return ExitCode.OK;
        }
        if (!PinFiles.exists(directory) || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailedException("there is no directory " + SafeText.visible(directory.toString())
                    + "; if no BPF file system is mounted, mount it: mount -t bpf -o mode=0711 bpf " + ROOT + NETNS);
        }
        requireBpf();
        output = json ? new PinJsonWriter(console) : new PinTextWriter(console);
        walk(console, directory.toAbsolutePath().normalize());
        output().end();
        if (!found && !unreadable && !json) {
            console.line("nothing is pinned in " + SafeText.visible(directory.toString()));
        }
        if (unreadable) {
            return ExitCode.FAILED;
        }
        return waiting || detached ? ExitCode.FOUND : ExitCode.OK;
    }

    /** Every file of another file system would be a problem. */
    private void requireBpf() {
        boolean isBpf;
        try {
            isBpf = PinDirectory.isBpf(directory.toAbsolutePath().normalize());
        } catch (BpfException e) {
            return; // each file then says what is wrong
        }
        if (!isBpf) {
            throw new CommandFailedException(SafeText.visible(directory.toString())
                    + " is not in a BPF file system, and nothing can be pinned elsewhere; name a directory of one, or mount one: mount -t bpf -o mode=0711 bpf "
                    + ROOT
                    + NETNS);
        }
    }

    private PinOutput output() {
        return Objects.requireNonNull(output, "set by call()");
    }

    private void walk(Console console, Path parent) {
        List<Path> outers = new ArrayList<>();
        List<Path> files = list(console, parent);
        List<Path> left = files.stream().filter(WaitingMap::isOne).toList();
        if (!left.isEmpty()) { // the outer map is gone, or the user named this directory
            output().orphans(parent);
            waiting(parent, left);
        }
        for (Path file : files) { // in order, so an outer map comes before what lies beside it
            if (PinFiles.isOfKernel(file)
                    || PinFiles.isNext(file)
                    || WaitingMap.isOne(file)
                    || PinFile.isTextOfGroup(file)
                    || PinFile.isBeside(file, outers)) {
                continue;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                walk(console, file);
            } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                pin(console, file, outers);
            }
        }
    }

    /** Shows a pin, and what is beside it if it may be that of an outer map. */
    private void pin(Console console, Path pin, List<Path> outers) {
        OuterPinState state = null;
        boolean isStream = false;
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            if (map == null) {
                return; // it was removed meanwhile
            }
            isStream = TargetMapFinder.isStream(map);
            state = map.isMapOfMaps() ? OuterPinState.read(map, pin) : null;
            output().map(pin, map, state);
            found = true;
            if (!map.isMapOfMaps() && !exists(PinFile.LOST_EVENTS.of(pin))) {
                if (exists(PinFile.SCHEMA.of(pin))) {
                    outers.add(pin); // the text is beside it
                }
                Stream.concat(PinFile.DRAINING.withGroups(pin), PinFile.RETIRED.withGroups(pin))
                        .forEach(directory -> waiting(directory, maps(console, directory)));
                return;
            }
        } catch (NotAMapException e) {
            boolean isDetached = e.found().endsWith(DETACHED);
            output().other(pin, e.found(), isDetached, PinOwner.of(pin));
            found = true;
            if (PinFile.isInSet(pin)) {
                outers.add(pin);
                detached |= isDetached; // links of other software may end as they like
            }
            return;
        } catch (BpfException e) {
            output().unreadable(pin);
            unreadable(console, pin, e.getMessage());
        }
        outers.add(pin);
        beside(console, pin, state, isStream);
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private void beside(Console console, Path pin, @Nullable OuterPinState state, boolean isStream) {
        for (Path link : PinFile.links(pin)) {
            unreadable = true;
            console.problem(PinFile.linkProblem(link));
        }
        output().beside(state, isStream ? OuterPinState.lostEvents(pin) : null);
        Path requests = PinFile.REQUESTS.of(pin);
        Stream.of(
                        PinFile.DRAINING.withGroups(pin),
                        PinFile.RETIRED.withGroups(pin),
                        PinFile.RETIRED.withGroups(requests))
                .flatMap(directories -> directories)
                .forEach(directory -> waiting(directory, maps(console, directory)));
        PinFile.DRAINING
                .withGroups(requests)
                .flatMap(directory -> read(maps(console, directory)).stream()) // the state says how many wait
                .filter(report -> report.problem() != null)
                .forEach(report -> unreadable(console, report.pin(), report.problem()));
    }

    private void waiting(Path directory, List<Path> pins) {
        List<WaitingMap> maps = read(pins);
        if (maps.isEmpty()) {
            return;
        }
        Path outer = PinFile.outerOf(directory);
        output().waiting(directory, maps, outer != null && Files.notExists(outer, LinkOption.NOFOLLOW_LINKS));
    }

    /** Reads maps or reports that wait, which the exit code shows. */
    private List<WaitingMap> read(List<Path> pins) {
        List<WaitingMap> maps =
                pins.stream().map(WaitingMap::read).filter(Objects::nonNull).toList();
        if (!maps.isEmpty()) {
            found = true;
            waiting |= WaitingMap.oldest(maps).compareTo(olderThan) >= 0;
            unreadable |= maps.stream().anyMatch(map -> map.problem() != null);
        }
        return maps;
    }

    private List<Path> maps(Console console, Path directory) {
        return list(console, directory).stream()
                .filter(file -> !PinFile.isTextOfGroup(file))
                .toList();
    }

    /** The files of a directory in the order of their names; none if there is no such directory. */
    private List<Path> list(Console console, Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        if (directory.getNameCount() > PinFiles.MOST_NAMES) {
            unreadable(console, directory, "it is more than " + PinFiles.MOST_NAMES + " directories deep");
            return List.of();
        }
        try {
            List<Path> files = PinDirectory.list(directory);
            if (Files.isExecutable(directory)) {
                return files;
            } // otherwise the names of the files can be read, but not the files
            unreadable(console, directory, "this process's user may not open the directory");
        } catch (BpfException e) {
            unreadable(
                    console,
                    directory,
                    e.errno() == Errno.EACCES ? "this process's user may not open the directory" : e.getMessage());
        }
        return List.of();
    }

    private void unreadable(Console console, Path path, @Nullable String reason) {
        unreadable = true;
        console.problem(path + " can't be read: " + reason);
    }
}
