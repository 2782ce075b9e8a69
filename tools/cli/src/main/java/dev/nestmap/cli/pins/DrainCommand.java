/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Saves the counts of pinned outer maps to a file. */
@Command(
        name = "drain",
        header = "Saves the counts of pinned outer maps to a file, exactly.",
        description = {
            "Use it before a reboot, or if the service doesn't start. Don't use it on a map that a shipper sends to Kafka: Kafka would lack"
                    + " these counts.",
            "",
            "Puts empty inner maps into the slots, and saves the old maps and all maps that wait. Programs keep counting. Settings"
                    + " (RDONLY_PROG) stay in their slots. Each map with entries becomes a line of JSON. Once the line is on the disk, the"
                    + " map is removed. If the command is killed, run it again with the same file. As long as the maps had room and the lines"
                    + " say \"exact\":true, the file then has each count once.",
            "",
            "A line begins with the identity of its map. Import the file into the service's database before the service starts again, or"
                    + " counts may be added twice. JdbcStore can do the import. Your own import must skip each line whose identity is in the"
                    + " database already. It must store the counts and the identity in one transaction.",
            "",
            "Refuses, and changes nothing, while a service uses one of the outer maps, or if two outer maps hold the same inner map. It also"
                    + " refuses inner maps that can't be saved, such as ring buffers. In that case, name the pins of the other outer maps. A"
                    + " sleepable program may still count for a moment in the old map. On Linux 6.8 and newer, the command notices such"
                    + " programs, and writes \"exact\":false. Requires root."
        },
        footer = {
            "",
            "Examples:",
            "  nestmap drain /sys/fs/bpf/acme/tenant --output counts.jsonl",
            "  nestmap drain /sys/fs/bpf/acme --output counts.jsonl     all outer maps of a directory",
            "  jq -c '{key, packets: [.entries[].value.packets] | add}' counts.jsonl"
        })
public final class DrainCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "PIN", arity = "1..*", description = "The pin of an outer map, or a directory of pins.")
    private List<Path> targets = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The file. If it exists, the command appends to it.")
    private Path output = Path.of("");

    @Mixin
    private final MachineOption machine = new MachineOption();

    /** What is in the directories, and was left out, each with the reason. */
    private final List<String> skipped = new ArrayList<>();

    /** The pins of a service that are no outer maps. */
    private final Set<Path> plain = new LinkedHashSet<>();

    @Override
    public Integer call() {
        Console console = common.console();
        try (DrainFile file = DrainFile.open(output)) {
            report(console, file);
            return drain(console, file);
        } catch (IOException e) {
            throw failed(output, e);
        }
    }

    private int drain(Console console, DrainFile file) throws IOException {
        List<Path> outers = new ArrayList<>();
        List<Path> waiting = new ArrayList<>();
        for (Path target : targets) {
            find(target, outers, waiting);
        }
        PinFiles.requireNoLinks(outers);
        PinFiles.requireNoLinks(waiting);
        try (OuterDrains drains = OuterDrains.own(outers, waiting, machine.name(), file)) {
            boolean hasLines = false;
            boolean isSaved = save(console, drains, output, true);
            for (OuterDrain drain : drains) {
                hasLines |= drain.maps() + drain.known() > 0;
            }
            WholeMaps whole = new WholeMaps(console, file, output, machine.name());
            isSaved &= drain(
                    console,
                    whole,
                    Stream.concat(
                            outers.stream().flatMap(WholeMaps::plainBeside),
                            waiting.stream().flatMap(WholeMaps::waiting)));
            if (hasLines || whole.hasCounts()) {
                console.line(
                        "→ before the service starts again, add each line to its database, unless its identity is there already."
                                + " Store the identity in the same transaction");
            }
            plain.forEach(pin -> console.line(SafeText.visible(pin.toString())
                    + ": not saved, because it is a plain map. A reboot loses its entries. To keep them, save what nestmap tree "
                    + SafeText.visible(pin.toString()) + " --json prints"));
            Set<String> left = new LinkedHashSet<>(skipped);
            targets.stream().map(PinFiles::undrainable).forEach(left::addAll);
            left.forEach(console::problem);
            return !isSaved ? ExitCode.FAILED : left.isEmpty() ? ExitCode.OK : ExitCode.FOUND;
        }
    }

    /** Drains maps that wait, and that were in no slot. */
    private static boolean drain(Console console, WholeMaps whole, Stream<Path> maps) throws IOException {
        boolean isSaved = true;
        for (Path map : maps.distinct().toList()) {
            try {
                isSaved &= whole.drain(map);
            } catch (BpfException e) {
                console.problem(SafeText.visible(map.toString()) + " was not saved, and waits: " + e.getMessage());
                isSaved = false;
            }
        }
        return isSaved;
    }

    /** Says what an earlier run, or an editor, has left at the end of the file. */
    static void report(Console console, DrainFile file) {
        if (file.removed() != null) {
            console.problem(file.removed());
        }
    }

    static CommandFailedException failed(Path output, IOException e) {
        return new CommandFailedException("the file " + SafeText.visible(output.toString()) + " can't be written: "
                + SafeText.visible(e.toString())
                + ". Maps that are not in it wait: run the command again with the same file. With another one, a map can be in both:"
                + " compare the identities");
    }

    /**
     * Finds what can be drained at a path or below it.
     *
     * @param waiting gets the pins of other maps beside which maps of other versions wait
     */
    private void find(Path target, List<Path> outers, List<Path> waiting) {
        Path named = PinFiles.at(target);
        boolean found = false;
        for (Path pin : PinFiles.below(target, skipped::add)) {
            try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
                if (map == null) {
                    continue;
                }
                if (map.isMapOfMaps() && !pin.equals(named) && PinFiles.isBare(map, pin)) {
                    skipped.add(PinFiles.bareMap(pin));
                } else if (map.isMapOfMaps()) {
                    found = true;
                    outers.add(pin);
                } else {
                    if (PinFile.isInSet(pin)) {
                        plain.add(pin);
                    }
                    if (WholeMaps.waiting(pin).findAny().isPresent()) {
                        found = true;
                        waiting.add(pin);
                    }
                }
            } catch (NotAMapException e) {
                // a link or a program
            } catch (BpfException e) {
                if (pin.equals(named)) {
                    throw e;
                }
                skipped.add(SafeText.visible(pin.toString()) + " is left out: "
                        + e.getMessage()); // of other software, perhaps
            }
        }
        if (!found) {
            throw new CommandFailedException(
                    skipped.isEmpty()
                            ? "no outer map is pinned at " + SafeText.visible(target.toString())
                                    + ", and no map waits there, so there is nothing to drain"
                            : String.join("; ", skipped));
        }
    }

    /**
     * Drains open outer maps, and prints what was saved and, in the end, what failed.
     *
     * @param keepsSlots whether empty maps take over the slots; otherwise they become empty
     * @return whether everything was saved
     * @throws IOException at once if the file can't be written
     */
    static boolean save(Console console, OuterDrains drains, Path output, boolean keepsSlots) throws IOException {
        List<String> failures = new ArrayList<>();
        try {
            for (OuterDrain drain : drains) {
                try {
                    save(console, drain, output, keepsSlots);
                } catch (BpfException | CommandFailedException e) {
                    failures.add(String.valueOf(e.getMessage()));
                }
            }
        } finally {
            failures.forEach(console::problem);
        }
        return failures.isEmpty();
    }

    private static void save(Console console, OuterDrain drain, Path output, boolean keepsSlots) throws IOException {
        try {
            drain.run(keepsSlots);
        } finally {
            console.line(SafeText.visible(drain.pin().toString()) + ": saved "
                    + NumberText.of(drain.maps(), "map", "maps") + " with "
                    + NumberText.of(drain.entries(), "entry", "entries") + " to "
                    + SafeText.visible(output.toString())
                    + (drain.known() == 0
                            ? ""
                            : "; " + NumberText.of(drain.known(), "map was", "maps were") + " in the file already")
                    + (keepsSlots && drain.isOfSettings() ? "; the settings in its slots stay there" : ""));
        }
    }
}
