/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.schema.PinNames;
import dev.nestmap.untyped.EndingMaps;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends a service whose programs and maps are pinned. */
@Command(
        name = "end",
        header = "Ends a service: detaches its programs, saves its counts to a file, and removes its pins.",
        description = {
            "For a service that will not start again. First detaches the programs of pinned links, and waits until these programs have ended,"
                    + " so that the counts are final. (Before Linux 6.8, it doesn't wait for sleepable programs.) Then saves the counts as"
                    + " `nestmap drain` does, saves the entries of plain maps, and removes the pins. If the command is killed, run it again"
                    + " with the same file until the exit code is 0. As long as the maps had room, the file then has each count once.",
            "",
            "Asks before it begins. Refuses while a process owns a pin, or while other programs use the maps. Requires root."
        },
        footer = {
            "",
            "Examples:",
            "  nestmap end /sys/fs/bpf/acme --output counts.jsonl            everything in a directory",
            "  nestmap end /sys/fs/bpf/acme/tenant --output counts.jsonl     one map, and the links of its programs",
            "  nestmap end /sys/fs/bpf/acme --output counts.jsonl --yes      without asking, for scripts"
        })
public final class EndCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "PIN", description = "A directory of pins, or the pin of a map or of a link.")
    private Path target = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The file for the counts. If it exists, the command appends to it.")
    private Path output = Path.of("");

    @Option(names = "--yes", description = "Doesn't ask.")
    private boolean yes;

    @Option(
            names = "--other-programs",
            description =
                    "Continues even if programs that this command doesn't detach use the maps. Later counts of these programs are lost.")
    private boolean otherPrograms;

    @Mixin
    private final MachineOption machine = new MachineOption();

    @Override
    public Integer call() throws InterruptedException {
        Console console = common.console();
        if (wasEnded(console)) {
            removeDirectory();
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
        if (!service.skipped().isEmpty()) {
            service.skipped().forEach(console::problem);
            console.line(SafeText.visible(target.toString()) + ": all other pins are removed");
            return ExitCode.FOUND;
        }
        removeDirectory();
        console.line(SafeText.visible(target.toString()) + ": all pins are removed");
        return ExitCode.OK;
    }

    /** Removes the directory of the pins. One with something else in it stays, and so does the root of the file system. */
    private void removeDirectory() {
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS) && isBpf(target)) {
            try {
                Files.delete(target);
            } catch (IOException e) {
                return; // it is not empty, a mount point, or another process was faster
            }
        }
    }

    /** Whether an earlier run was killed after the step that ends the maps: nothing is pinned, and its file is there. Then the rest is removed. */
    private boolean wasEnded(Console console) {
        if (!PinFiles.isEmpty(target)
                || !Files.isRegularFile(output)
                || !PinFiles.undrainable(target).isEmpty()) {
            return false;
        }
        try (DrainFile file = DrainFile.open(output)) {
            DrainCommand.report(console, file);
            boolean wasEnded =
                    Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS) ? isBpf(target) : file.hasPin(target);
            if (wasEnded) {
                for (Path owner : PinFiles.owners(target)) {
                    UntypedOuterMap.ownPins(owner).close(); // which removes what is left
                }
            }
            return wasEnded;
        } catch (IOException e) {
            throw DrainCommand.failed(output, e);
        }
    }

    private static boolean isBpf(Path directory) {
        try {
            return PinDirectory.isBpf(directory.toAbsolutePath().normalize());
        } catch (BpfException e) {
            return false; // the search for pins says what is there
        }
    }

    private void end(Console console, PinnedService service, DrainFile file) throws IOException, InterruptedException {
        Map<Path, EndingMaps> sets = new TreeMap<>();
        List<Closeable> doors = new ArrayList<>();
        // Before anything is changed, this process owns all.
        try (OuterDrains drains =
                OuterDrains.own(service.outers(), service.directories().values(), machine.name(), file)) {
            try {
                service.directories().forEach((directory, pin) -> {
                    if (Files.isDirectory(directory.resolve(PinNames.NOW), LinkOption.NOFOLLOW_LINKS)) {
                        EndingMaps maps = EndingMaps.in(directory, pin);
                        doors.add(maps::close);
                        sets.put(directory, maps);
                    }
                });
                end(console, service, drains, file, sets);
            } finally {
                OuterDrains.closeAll(doors);
            }
        }
    }

    /**
     * @param drains own the slots until the pins are removed
     * @param sets let no other process attach a program until then
     */
    private void end(
            Console console, PinnedService service, OuterDrains drains, DrainFile file, Map<Path, EndingMaps> sets)
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
        Nestmap.awaitGracePeriod(); // runs of these programs have ended
        if (!DrainCommand.save(console, drains, output, false)) {
            throw new CommandFailedException(
                    "the pins of maps are kept, because not everything was saved: run the command again with the same file");
        }
        WholeMaps whole = new WholeMaps(console, file, output, machine.name());
        for (Path pin : service.maps()) {
            whole.save(pin);
        }
        for (Path pin : service.kept()) {
            whole.save(pin);
        }
        for (Path pin : service.outers()) {
            String failed = OuterPinState.describe(OuterPinState.uncounted(String.valueOf(pin.getFileName()), pin));
            if (!failed.isEmpty()) {
                console.line(SafeText.visible(pin.toString()) + ": " + failed);
            }
        }
        service.removeMaps(console, sets);
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
}
