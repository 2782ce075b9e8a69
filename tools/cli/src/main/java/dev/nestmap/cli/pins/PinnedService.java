/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.PinNames;
import dev.nestmap.untyped.EndingMaps;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a service has pinned: everything in a directory, or one map with the links of the programs that use it. */
final class PinnedService {
    /** For the end of detached programs, which the kernel releases after a moment. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long END_POLL_MILLIS = 50;

    /**
     * The program of a struct's link (struct_ops). The kernel does not say which programs are its functions, so {@link #awaitEndOfPrograms} finds out which
     * others use the maps.
     */
    private static final int OF_STRUCT = 0;

    private final List<Path> outers = new ArrayList<>();
    private final List<Path> maps = new ArrayList<>();
    private final List<Path> links = new ArrayList<>();
    private final List<Path> programs = new ArrayList<>();

    /** The types of maps whose content can't be saved. */
    private final Set<String> unsaved = new HashSet<>();

    /** The programs that use the maps, and that no link in {@link #links} attaches. */
    private final TreeMap<Integer, String> others = new TreeMap<>();

    /** What is below the target, and was left out. */
    private final List<String> skipped = new ArrayList<>();

    private final Path target;
    private final boolean isDirectory;

    private PinnedService(Path target, boolean isDirectory) {
        this.target = target;
        this.isDirectory = isDirectory;
    }

    /** Finds the pins at a path or below it. */
    static PinnedService at(Path target) {
        PinFiles.undrainable(target).stream().findFirst().ifPresent(problem -> {
            throw new CommandFailedException("nothing was changed: " + problem);
        });
        Path path = PinFiles.at(target);
        PinnedService service = new PinnedService(path, Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
        PinFiles.below(target, service.skipped::add).forEach(service::add);
        if (!service.isDirectory) {
            PinFiles.below(PinNames.setOf(path), skipped -> {}).stream()
                    .filter(pin -> !pin.equals(path))
                    .forEach(service::addLinkOfUser);
        }
        Set<Integer> attached = new HashSet<>();
        service.links.forEach(link -> attached.add(programOf(link)));
        service.others.keySet().removeIf(program -> attached.contains(program) || attached.contains(OF_STRUCT));
        return service;
    }

    private void add(Path pin) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            if (map == null) {
                return;
            }
            if (map.isMapOfMaps() && !pin.equals(target) && PinFiles.isBare(map, pin)) {
                skipped.add(PinFiles.bareMap(pin));
                return;
            }
            for (ProgramStatistics program : map.programs()) {
                others.put(program.id(), program.name());
            }
            if (map.isMapOfMaps()) {
                outers.add(pin);
                WholeMaps.plainBeside(pin).forEach(this::addKept);
            } else {
                maps.add(pin);
                addUnsaved(map);
                WholeMaps.waiting(pin).forEach(this::addKept);
            }
        } catch (NotAMapException e) {
            (e.found().startsWith("link") ? links : programs).add(pin);
        }
    }

    private void addKept(Path pin) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            if (map != null) {
                addUnsaved(map);
            }
        }
    }

    private void addUnsaved(UntypedMap map) {
        if (!SavedEntries.canRead(map.type())) {
            unsaved.add(map.type());
        }
    }

    private void addLinkOfUser(Path pin) {
        try {
            UntypedMap.Owned another = UntypedMap.openPinned(pin, MapAccess.READ_ONLY);
            if (another != null) {
                another.close();
            }
        } catch (NotAMapException e) {
            if (e.found().startsWith("link") && others.containsKey(programOf(pin))) {
                links.add(pin);
            }
        }
    }

    private static int programOf(Path link) {
        try (KernelLink opened = open(link)) {
            return opened.info().programId();
        }
    }

    /** Opens a pinned link, which may belong to the user of a service. */
    static KernelLink open(Path link) {
        return PinDirectory.openLink(link);
    }

    List<Path> outers() {
        return outers;
    }

    List<Path> maps() {
        return maps;
    }

    /** The maps of other versions that no drain passes: what waits beside {@link #maps}, and plain maps beside {@link #outers}. */
    List<Path> kept() {
        return Stream.concat(
                        maps.stream().flatMap(WholeMaps::waiting),
                        outers.stream().flatMap(WholeMaps::plainBeside))
                .toList();
    }

    List<Path> links() {
        return links;
    }

    List<Path> programs() {
        return programs;
    }

    /** What the search for pins has left out, each with the reason. */
    List<String> skipped() {
        return skipped;
    }

    /** The directories of the pins, each with one of its pins. */
    SortedMap<Path, Path> directories() {
        SortedMap<Path, Path> directories = new TreeMap<>();
        Stream.of(outers, maps, links, programs)
                .flatMap(List::stream)
                .forEach(pin -> directories.putIfAbsent(PinNames.setOf(pin), pin));
        return directories;
    }

    /** Throws if a process still uses the pins, or an upgrade is not complete. Nothing was changed. */
    void requireUnused(boolean acceptsOthers) {
        directories().forEach((directory, pin) -> {
            PinOwner owner = PinOwner.of(pin);
            if (owner != null) {
                throw new CommandFailedException(owner.description() + " owns the pins in "
                        + SafeText.visible(directory.toString()) + ", and nothing was changed. End it first");
            }
        });
        PinFiles.requireNoLinks(outers);
        PinFiles.requireNoLinks(maps);
        PinFiles.requireNoLinks(links);
        if (!others.isEmpty() && !acceptsOthers) {
            throw new CommandFailedException("programs use the maps that no pinned link here attaches: "
                    + SafeText.visible(others.toString())
                    + " (ids and names). If these programs belong to this service, end the processes that have attached them, or name"
                    + " the directory of their links. If not, ask their owners. Nothing was changed. With --other-programs, the"
                    + " command continues, but later counts of these programs are lost");
        }
    }

    /**
     * Waits until the kernel has released the programs of detached links, whose pins are removed as well. Throws if other programs than those
     * that were known before use the maps, because they can count in a map after it was saved.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void awaitEndOfPrograms() throws InterruptedException {
        Map<Integer, String> users = users();
        long start = System.nanoTime();
        while (!users.isEmpty() && System.nanoTime() - start < END_NANOS) {
            Thread.sleep(END_POLL_MILLIS);
            users = users();
        }
        if (!users.isEmpty()) {
            throw new CommandFailedException("programs still use the maps although their links were detached: "
                    + SafeText.visible(users.toString())
                    + " (ids and names). Something else has attached these programs, or has just started. The links and the pins of programs"
                    + " are gone already, but no map was emptied or removed. End the processes that have attached the programs, or name the"
                    + " directory of their links, and run the command again. With --other-programs, the command continues, but later counts"
                    + " of these programs are lost");
        }
    }

    /** The programs that use the maps, without those that were known before and that no link here attached. */
    private Map<Integer, String> users() {
        Map<Integer, String> users = new TreeMap<>();
        for (Path pin : Stream.concat(outers.stream(), maps.stream()).toList()) {
            try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
                if (map != null) {
                    map.programs().forEach(program -> users.put(program.id(), program.name()));
                    if (others.isEmpty()
                            && users.isEmpty()
                            && !map.awaitSleepablePrograms()) { // others may be sleepable
                        users.put(0, "a sleepable program that still runs");
                    }
                }
            }
        }
        users.keySet().removeAll(others.keySet());
        return users;
    }

    /**
     * Removes the maps with all that is beside them: those of a set in one step. If the command is killed before it, all of them are still there. After
     * it, the next owner of the set removes what is left.
     *
     * @param sets the sets in which maps are pinned, by their directories
     * @throws IOException if one of them may have counts that were not saved; no map was removed then
     */
    void removeMaps(Console console, Map<Path, EndingMaps> sets) throws IOException {
        List<Path> files = mapFiles();
        for (Map.Entry<Path, EndingMaps> set : sets.entrySet()) {
            List<Path> ofSet = files.stream()
                    .filter(file ->
                            PinFiles.isInNow(file) && PinNames.setOf(file).equals(set.getKey()))
                    .toList();
            for (Path file : ofSet) { // first: without a map, a link leads nowhere
                Path link = set.getKey().resolve(file.getFileName());
                if (PinFiles.isLinkForOthers(link)) {
                    PinDirectory.remove(link);
                }
            }
            set.getValue().remove(ofSet);
        }
        files.stream().filter(file -> !PinFiles.isInNow(file)).forEach(PinDirectory::removeWithPins);
    }

    /** The pins of the maps that this command has saved, with the files beside them. */
    private List<Path> mapFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        List<Path> saved = kept();
        for (Path file : outers.stream().flatMap(PinFiles::all).toList()) {
            boolean isSaved = PinFile.isGroup(file) && saved.containsAll(PinFile.mapsIn(file));
            if (!isSaved && hasMaps(file)) {
                throw new IOException("maps are in " + file + " that another process put there meanwhile");
            }
            files.add(file);
        }
        maps.stream()
                .flatMap(PinFiles::all)
                .filter(file -> !hasMaps(file) || (PinFile.isGroup(file) && PinFile.DRAINING.pinOf(file) != null))
                .forEach(files::add);
        if (isDirectory) { // also what is left of an outer map that somebody has removed
            PinFiles.all(target).filter(PinnedService::isLeft).forEach(files::add);
        }
        return files.stream().distinct().toList();
    }

    /** Whether inner maps are pinned in a directory, or in the slots of an outer map. */
    private static boolean hasMaps(Path file) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return PinFile.isOfInnerMaps(file) && PinFiles.hasPins(PinFile.mapsIn(file));
        }
        try (UntypedMap.Owned map = UntypedMap.openPinned(file, MapAccess.READ_ONLY)) {
            return map != null && map.isMapOfMaps() && map.count() > 0;
        }
    }

    private static boolean isLeft(Path file) {
        return PinFiles.isInNow(file)
                && PinFile.isOfInnerMaps(file)
                && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                && !hasMaps(file);
    }

    /** What the command is about to do. */
    String plan(Path output) {
        List<String> steps = new ArrayList<>();
        if (!links.isEmpty()) {
            steps.add("detach " + NumberText.of(links.size(), "program", "programs"));
        }
        int saved = outers.size() + maps.size() + kept().size();
        if (saved > 0) {
            steps.add("save the counts of " + NumberText.of(saved, "map", "maps") + " to "
                    + SafeText.visible(output.toString()));
        }
        steps.add("remove all pins of " + NumberText.of(saved, "map", "maps")
                + (programs.isEmpty() ? "" : " and of " + NumberText.of(programs.size(), "program", "programs")));
        return String.join(", ", steps)
                + (unsaved.isEmpty() ? "" : "; the content of maps of type " + String.join(", ", unsaved) + " is lost");
    }
}
