/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.UncountedReader;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.schema.PinNames;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends a service whose programs and maps are pinned. */
@Command(
        name = "end",
        header = "Ends a service: detaches its programs, saves its counts to a file, and removes its pins.",
        description = {
            "For a service that will not start again. Detaches the programs of pinned links first, so that the counts are final."
                    + " Then it saves them as `nestmap drain` does, and removes the pins. If the command is killed, run it again with the"
                    + " same file: no count is lost, and none is in the file twice.",
            "",
            "Asks before it begins. Refuses while a process owns a pin, and while other programs use the maps. Requires root."
        },
        footer = {
            "",
            "Examples:",
            "  nestmap end /sys/fs/bpf/acme --output counts.jsonl            everything in a directory",
            "  nestmap end /sys/fs/bpf/acme/tenant --output counts.jsonl     one map, with the links of the programs that use it",
            "  nestmap end /sys/fs/bpf/acme --output counts.jsonl --yes      without asking, for scripts"
        })
public final class EndCommand implements Callable<Integer> {
    /** What is removed before the pin of an outer map. */
    private static final List<PinFile> BEFORE_PIN = List.of(PinFile.INNERS, PinFile.RETIRED, PinFile.READER);

    /** Last is a directory that this command's drain has made: what an interrupted removal leaves is never without it. */
    private static final List<PinFile> AFTER_PIN = List.of(PinFile.PROTOTYPE, PinFile.DRAINING);

    /** If a map is pinned there after all, the directory can't be removed. */
    private static final Set<PinFile> KEEPING_MAPS = EnumSet.of(PinFile.DRAINING, PinFile.RETIRED);

    /** The directories whose maps have counts. */
    private static final List<PinFile> WITH_COUNTS = List.of(PinFile.INNERS, PinFile.DRAINING, PinFile.RETIRED);

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "PIN", description = "A directory of pins, or the pin of a map.")
    private Path target = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The file for the counts. If it exists, the command appends to it.")
    private Path output = Path.of("");

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Option(
            names = "--other-programs",
            description =
                    "Goes ahead although programs use the maps that this command does not detach. What they count after that is"
                            + " lost.")
    private boolean otherPrograms;

    @Mixin
    private final MachineOption machine = new MachineOption();

    @Override
    public Integer call() throws InterruptedException {
        Console console = common.console();
        if (removedRest() || wasEnded()) {
            console.line(SafeText.visible(target.toString()) + ": all pins are removed");
            return ExitCode.OK;
        }
        PinnedService service = PinnedService.at(target);
        service.requireUnused(otherPrograms);
        if (!yes) {
            String plan = service.plan(output);
            if (!agrees(console, plan)) {
                console.line("nothing was changed");
                return ExitCode.FOUND;
            }
            service = PinnedService.at(target); // a service may have started meanwhile
            service.requireUnused(otherPrograms);
            if (!service.plan(output).equals(plan)) {
                throw new CommandFailedException(
                        "the pins changed while the command asked; nothing was changed. The command would now "
                                + service.plan(output) + ". Run it again");
            }
        }
        try (DrainFile file = DrainFile.open(output)) {
            DrainCommand.report(console, file);
            end(console, service, file);
        } catch (IOException e) {
            throw new CommandFailedException(SafeText.visible(e.toString())
                    + ". Pins that are left keep their counts: run the command again with the same file");
        }
        console.line(SafeText.visible(target.toString()) + ": all pins are removed");
        return ExitCode.OK;
    }

    /** Removes what an interrupted run has left of outer maps. Returns whether nothing else is there. */
    private boolean removedRest() {
        List<Path> removed = PinFiles.removedOuters(target);
        PinFiles.requireNoLinks(removed);
        removed.forEach(EndCommand::requireNoCounts);
        try {
            for (Path pin : removed) {
                removeRest(pin);
            }
        } catch (NoSuchFileException e) {
            return removedRest(); // another process has removed it
        } catch (IOException e) {
            throw new CommandFailedException(SafeText.visible(e.toString()));
        }
        return !removed.isEmpty() && PinFiles.isEmpty(target);
    }

    /** Whether an earlier run was killed after its last removal: nothing is pinned, and its file is there. */
    private boolean wasEnded() {
        if (!PinFiles.isEmpty(target) || !Files.isRegularFile(output)) {
            return false;
        }
        try (DrainFile file = DrainFile.open(output)) {
            return Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
                    ? Files.getFileStore(target).type().equals("bpf")
                    : file.hasPin(target);
        } catch (IOException e) {
            throw DrainCommand.failed(output, e);
        }
    }

    /** Throws if somebody has removed the pin of an outer map, and maps with counts are still pinned beside it. */
    private static void requireNoCounts(Path pin) {
        String directories = WITH_COUNTS.stream()
                .filter(directory -> directory.hasFiles(pin))
                .map(directory -> SafeText.visible(directory.of(pin).toString()))
                .collect(Collectors.joining(", "));
        if (!directories.isEmpty()) {
            throw new CommandFailedException(
                    "somebody has removed the pin " + SafeText.visible(pin.toString())
                            + ", but maps with counts are still pinned in " + directories
                            + "; nothing was changed. First save their entries (`nestmap tree DIRECTORY --json`). Then start the service, which pins a"
                            + " new outer map and drains the maps that it can recover; or remove these pins, and run the command again");
        }
    }

    /** Removes what is left beside a removed pin, unless a process pins an outer map there meanwhile. Deletes no map with counts. */
    private static void removeRest(Path pin) throws IOException {
        Path draining = PinFile.DRAINING.of(pin);
        if (!PinFiles.exists(draining)) {
            return; // this command removes it last
        }
        Closeable owned = UntypedOuterMap.ownPins(pin, OuterDrain.options(draining, null));
        try (owned) {
            requireNoCounts(pin);
            if (!PinFiles.exists(pin)) {
                AFTER_PIN.forEach(file -> PinDirectory.remove(file.of(pin)));
                removeEmptySet(pin);
            }
        }
    }

    private void end(Console console, PinnedService service, DrainFile file) throws IOException, InterruptedException {
        List<Closeable> owned = new ArrayList<>();
        // Before anything is changed, this process owns all, and closes the door to other programs. Those of before it
        // finds when it has detached its own.
        try (OuterDrains drains = OuterDrains.own(service.outers(), machine.name(), file)) {
            for (Path pin : service.directories().values()) {
                owned.add(UntypedOuterMap.ownPins(pin, OuterDrain.options(pin, null)));
            }
            end(console, service, drains, file);
        } finally {
            for (Closeable directory : owned) {
                directory.close();
            }
        }
    }

    /** @param drains own the slots until the pins are removed */
    private void end(Console console, PinnedService service, OuterDrains drains, DrainFile file)
            throws IOException, InterruptedException {
        for (Path link : service.links()) {
            if (!PinFiles.exists(link)) {
                continue; // somebody else detached it meanwhile
            }
            try (KernelLink opened = PinnedService.open(link)) {
                opened.detach();
            }
            console.line(SafeText.visible(link.toString()) + ": detached");
        }
        for (Path pin : service.programs()) { // now only something that still attaches a program keeps it
            PinDirectory.remove(pin);
        }
        service.awaitEndOfPrograms();
        Nestmap.awaitGracePeriod(); // runs of these programs have ended, so the counts are final
        if (!DrainCommand.save(console, drains, output, false)) {
            throw new CommandFailedException(
                    "the pins of maps are kept, because not everything was saved: run the command again with the same file");
        }
        // Nothing is removed before everything is saved: outer maps may share the map of their lost inserts.
        for (Path pin : service.outers()) {
            requireEmpty(pin);
            requireEmpty(PinFile.REQUESTS.of(pin));
        }
        for (Path pin : service.outers()) {
            removeOuter(console, pin, service.outers());
        }
        for (Path pin : service.maps()) {
            save(console, pin, file);
            PinDirectory.remove(PinFile.LOST_INSERTS.of(pin));
            removePin(pin);
            removeEmptySet(pin);
        }
    }

    private boolean agrees(Console console, String plan) {
        if (!console.isTerminal()) {
            throw common.usage("the command asks before it begins, which needs a terminal; it is about to " + plan
                    + ". In a script, pass --yes");
        }
        console.print("This will " + plan + ". Continue? [y/N] ");
        console.flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            return false;
        }
    }

    /** A checksum of the entries. */
    private static String checksum(UntypedMap map) {
        CRC32C sum = new CRC32C();
        JsonWriter json = JsonWriter.ofLines(piece -> sum.update(piece.getBytes(StandardCharsets.UTF_8)));
        SavedEntries.write(json.beginObject(), map);
        json.endObject();
        return Long.toHexString(sum.getValue());
    }

    /** Saves a plain map. If the command runs again, it has the same content, unless the service was started in between. */
    private void save(Console console, Path pin, DrainFile file) throws IOException {
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            if (map == null) {
                return;
            }
            String unsaved = PinnedService.unsavedType(map);
            if (unsaved != null) {
                Long lost = OuterPinState.lostInserts(pin); // of a stream
                console.line(SafeText.visible(pin.toString()) + ": the content is not saved, because the map is a "
                        + unsaved
                        + (lost == null ? "" : "; it lost " + NumberText.of(lost, "event", "events")));
                return;
            }
            String name = machine.name() == null ? MapIdentity.machineId() : machine.name();
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String identity = name + "/" + boot + "/" + Integer.toUnsignedString(map.id()) + "/" + checksum(map);
            if (file.contains(identity)) { // also if the disk is full now
                console.line(SafeText.visible(pin.toString()) + ": was in " + SafeText.visible(output.toString())
                        + " already");
                return;
            }
            long[] entries = {0};
            boolean isNew = file.append(identity, out -> {
                JsonWriter json = JsonWriter.ofLines(out).beginObject();
                json.name("identity").value(identity);
                json.name("pin").value(pin.toString());
                json.name("map").value(map.name());
                json.name("holds").value("map");
                SavedEntries.writeClocks(json);
                entries[0] = SavedEntries.write(json, map);
                json.endObject();
                return entries[0] > 0;
            });
            if (isNew) {
                file.sync();
            }
            console.line(SafeText.visible(pin.toString()) + ": saved " + NumberText.of(entries[0], "entry", "entries")
                    + " to " + SafeText.visible(output.toString()));
        }
    }

    /** Throws if a process has displaced or prepared maps meanwhile. */
    private static void requireEmpty(Path pin) throws IOException {
        for (PinFile directory : KEEPING_MAPS) {
            if (directory.hasFiles(pin)) {
                throw new IOException("maps are in " + directory.of(pin) + " that another process put there meanwhile");
            }
        }
    }

    /** Removes the pin of a drained outer map with all that is beside it. If the command is killed, the next one removes the rest. */
    private static void removeOuter(Console console, Path pin, List<Path> ended) {
        String failed = UncountedReader.describe(OuterPinState.uncounted(String.valueOf(pin.getFileName()), pin));
        if (!failed.isEmpty()) {
            console.line(SafeText.visible(pin.toString()) + ": " + failed);
        }
        removeAll(PinFile.REQUESTS.of(pin));
        PinDirectory.remove(PinFile.UNCOUNTED.of(pin));
        Path lostInserts = PinFile.LOST_INSERTS.of(pin);
        if (PinFiles.exists(lostInserts)) {
            if (othersMayUse(lostInserts, ended)) {
                console.line(SafeText.visible(lostInserts.toString())
                        + ": kept, because outer maps that stay here may share it");
            } else {
                PinDirectory.remove(lostInserts);
            }
        }
        removeAll(pin);
    }

    /**
     * Whether an outer map that stays may share the map of lost inserts. Such outer maps are of one object, and the map is beside the first of
     * them.
     */
    private static boolean othersMayUse(Path lostInserts, List<Path> ended) {
        Path directory = Objects.requireNonNull(lostInserts.getParent(), "a pin is in a directory");
        return PinFiles.below(directory).stream()
                .filter(other -> directory.equals(other.getParent()))
                .filter(other -> !ended.contains(other) && !PinFiles.exists(PinFile.LOST_INSERTS.of(other)))
                .anyMatch(PinFiles::isOuter);
    }

    private static void removeAll(Path pin) {
        BEFORE_PIN.forEach(file -> remove(file, pin));
        removePin(pin);
        AFTER_PIN.forEach(file -> remove(file, pin));
        removeEmptySet(pin);
    }

    /** Removes a pin, and the symbolic link with which other tools find it. */
    private static void removePin(Path pin) {
        PinDirectory.remove(pin);
        Path link = PinNames.setOf(pin).resolve(pin.getFileName());
        if (PinFiles.isLinkForOthers(link)) {
            PinDirectory.remove(link);
        }
    }

    /** Removes the directory of the maps of a set, if it is empty. */
    private static void removeEmptySet(Path pin) {
        Path now = pin.getParent();
        if (now != null
                && now.endsWith(PinNames.NOW)
                && PinDirectory.list(now).stream().allMatch(file -> file.endsWith(PinNames.CLOSED))) {
            PinDirectory.remove(now.resolve(PinNames.CLOSED));
            PinDirectory.remove(now);
        }
    }

    private static void remove(PinFile kind, Path pin) {
        if (KEEPING_MAPS.contains(kind)) {
            PinDirectory.remove(kind.of(pin));
        } else {
            PinDirectory.removeWithPins(kind.of(pin));
        }
    }
}
