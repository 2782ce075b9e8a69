/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import dev.nestmap.runtime.internal.backend.pinset.Calls.CallFailed;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Identity;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Opened;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Program;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Slot;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Update;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of pin sets: what each process does with the files of a set. {@code docs/internals/decisions/pin-sets.md} explains it.
 *
 * <p>A set is a directory. In it, {@code owner} is locked by the owner, {@code now} has the generation in use, and {@code next} is worth
 * nothing. Whoever becomes the owner calls {@link #tidy} first, so nobody else has to know where a killed process had stopped. Also a process
 * whose call has failed calls it before it goes on.
 */
final class Protocol {
    private static final List<String> BESIDE = List.of("-inner", "-draining");

    /** A directory of maps that are of one version, named after the outer map that held them; its {@code schema} says which version. */
    private static final Pattern GROUP = Pattern.compile("(.*)-(draining|retired)-[0-9]+");

    /** How a link is replaced: in one step, by a second link, or with a gap. */
    enum Takeover {
        SWAP,
        OVERLAP,
        GAP
    }

    /**
     * What a version of a service declares.
     *
     * @param known the layouts of which it has the schema or a migration
     * @param maps its outer maps, as SET/NAME
     * @param slots how many slots an outer map has
     * @param filled how many of them it declares inner maps for
     * @param sharesInners whether the maps of a set have the same inner maps
     * @param pinsInners whether inner maps in slots have pins
     * @param countsUncounted whether programs count packets without inner map in a table
     */
    record App(
            String layout,
            Set<String> known,
            List<String> maps,
            int slots,
            int filled,
            List<String> links,
            Takeover takeover,
            boolean sharesInners,
            boolean pinsInners,
            boolean countsUncounted) {
        /** In the order in which they are locked and changed. */
        List<String> sets() {
            return maps.stream().map(Kernel::parent).distinct().sorted().toList();
        }

        List<String> mapsOf(String set) {
            return maps.stream().filter(map -> Kernel.parent(map).equals(set)).toList();
        }

        /** Where the links are. */
        String home() {
            return sets().get(0);
        }
    }

    /** How a load has changed the generation of a set. */
    enum Change {
        FIRST,
        REPLACED
    }

    /**
     * What a process knows at the end of a phase.
     *
     * @param waiting the names of the files of each map that waited when the process last looked
     * @param groups the groups of each map that waited then
     */
    record Memory(Map<String, List<String>> waiting, Map<String, List<String>> groups) {
        @Override
        public String toString() {
            return "knows " + waiting + groups;
        }
    }

    /** A phase returns this if the process ends. */
    static final Object REFUSED = "refused";

    private static final String CLEAN = "clean";

    /** After a call that failed. */
    private static final String UNTIDY = "untidy";

    private final App app;
    private final Calls calls;
    private final @Nullable Mistake mistake;

    Protocol(App app, Calls calls, @Nullable Mistake mistake) {
        this.app = app;
        this.calls = calls;
        this.mistake = mistake;
    }

    private boolean makes(Mistake one) {
        return mistake == one;
    }

    private static String nameOf(String map) {
        return map.substring(map.lastIndexOf('/') + 1);
    }

    /** A file of a map: "now", "-inner/1". */
    private static String at(String generation, String map, String file) {
        return Kernel.parent(map) + "/" + generation + "/" + nameOf(map) + file;
    }

    private static boolean isDirectory(String name) {
        return BESIDE.stream().anyMatch(name::endsWith) || GROUP.matcher(name).matches();
    }

    /** The groups of a map, as the ends of their names: {@code -retired-4}. */
    private List<String> groups(String generation, String map, String kind) {
        return calls.list(Kernel.parent(map) + "/" + generation).stream()
                .filter(name -> name.startsWith(nameOf(map) + kind + "-")
                        && GROUP.matcher(name).matches())
                .map(name -> name.substring(nameOf(map).length()))
                .toList();
    }

    /** The maps in a group, without its text. */
    private List<String> maps(String map, String group) {
        return calls.list(at("now", map, group)).stream()
                .filter(name -> !name.equals("schema"))
                .toList();
    }

    private static int idIn(String name) {
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    private @Nullable Opened outer(String generation, String map) {
        return calls.get(at(generation, map, ""));
    }

    /** The outer map in use, which has a text of its own. */
    private @Nullable Opened described(String map) {
        Opened outer = outer("now", map);
        Opened text = calls.get(at("now", map, "-schema"));
        boolean isDescribed = outer != null
                && text != null
                && text.described() == outer.id()
                && text.layout().equals(outer.layout());
        if (outer != null && !isDescribed) {
            throw new Violation("an outer map in use has no text of its own: " + map);
        }
        return outer;
    }

    private Opened required(String path) {
        Opened opened = calls.get(path);
        if (opened == null) {
            throw new Violation("a pin that a process needs is gone: " + path);
        }
        return opened;
    }

    // ---- owner

    Object own(boolean waits) {
        try {
            List<String> declared =
                    app.maps().stream().map(Kernel::parent).distinct().toList();
            for (String set : makes(Mistake.LOCK_IN_ORDER_OF_DECLARATION) ? declared : app.sets()) {
                if (!makes(Mistake.NO_LOCK) && !lock(set, waits)) {
                    return REFUSED;
                }
            }
            for (String set : app.sets()) {
                tidy(set);
            }
            return CLEAN;
        } catch (CallFailed e) {
            return REFUSED;
        }
    }

    /** Before a load in a process that owns the sets already: it may have moved a map that waited to another slot. */
    Object tidyAgain() {
        if (!makes(Mistake.TIDY_ONLY_ONCE)) {
            app.sets().forEach(this::tidy);
        }
        return CLEAN;
    }

    private boolean lock(String set, boolean waits) {
        while (true) {
            String locked =
                    makes(Mistake.LOCK_OF_GENERATION) && calls.inode(set + "/now") != 0 ? set + "/now" : set + "/owner";
            calls.mkdir(locked);
            int inode = calls.inode(locked);
            if (inode != 0) {
                if (!calls.flock(inode, waits)) {
                    return false;
                }
                if (makes(Mistake.LOCK_OF_REMOVED_DIRECTORY) || calls.inode(locked) == inode) {
                    return true;
                }
                calls.unlock(inode); // somebody removed it while this process waited
            }
        }
    }

    /** Removes what a killed process or a failed call has left. */
    private void tidy(String set) {
        List<String> inSet = calls.list(set);
        for (String name : set.equals(app.home()) ? app.links() : List.<String>of()) {
            if (inSet.contains(name + "-overlap")) {
                calls.unlink(set + "/" + name + "-overlap"); // ends the link
            }
        }
        remove(set + "/next");
        calls.rmdir(set + "/now/closed");
        if (makes(Mistake.REMOVE_FOREIGN_FILES)) {
            calls.unlink(set + "/foreign");
        }
        tidySlots(set);
    }

    /** Removes a generation that nobody looks for any more. */
    private void remove(String generation) {
        for (String name : calls.list(generation)) {
            String file = generation + "/" + name;
            if (isDirectory(name)) {
                calls.list(file).forEach(pin -> calls.unlink(file + "/" + pin));
                calls.rmdir(file);
            } else if (name.equals("closed")) {
                calls.rmdir(file);
            } else {
                calls.unlink(file);
            }
        }
        calls.rmdir(generation);
    }

    /** Brings the pins of slots into agreement with the slots. */
    private void tidySlots(String set) {
        Map<Slot, Integer> slots =
                slots("now", makes(Mistake.LOOK_IN_DECLARED_SLOTS_ONLY) ? app.mapsOf(set) : mapsIn(set));
        for (String map : app.mapsOf(set)) {
            for (int key = 1; key <= app.slots(); key++) {
                String coming = at("now", map, "-inner/" + key + "-next");
                Opened next = calls.get(coming);
                if (next != null && slots.getOrDefault(new Slot(map, key), 0) == next.id()) {
                    calls.rename(coming, at("now", map, "-inner/" + key));
                } else if (next != null) {
                    calls.unlink(coming);
                }
            }
        }
        Set<Integer> waiting = new HashSet<>();
        for (String map : app.mapsOf(set)) {
            Set<Integer> inSlots = new HashSet<>();
            slots.forEach((slot, inner) -> {
                if (slot.map().equals(map) || !makes(Mistake.LOOK_IN_OWN_SLOTS_ONLY)) {
                    inSlots.add(inner);
                }
            });
            for (String name : calls.list(at("now", map, "-draining"))) {
                Opened displaced = required(at("now", map, "-draining/" + name));
                if (inSlots.contains(displaced.id()) && !makes(Mistake.KEEP_PIN_OF_MAP_IN_SLOT)) {
                    calls.unlink(at("now", map, "-draining/" + name));
                } else {
                    waiting.add(displaced.id());
                }
            }
            for (String group : groups("now", map, "-draining")) {
                for (String name : maps(map, group)) {
                    if (inSlots.contains(idIn(name)) && !makes(Mistake.KEEP_PIN_OF_MAP_IN_SLOT)) {
                        calls.unlink(at("now", map, group + "/" + name));
                    } else {
                        waiting.add(idIn(name));
                    }
                }
            }
        }
        for (String map : app.mapsOf(set)) {
            for (int key = 1; key <= app.slots(); key++) {
                String pin = at("now", map, "-inner/" + key);
                Opened inner = calls.get(pin);
                if (inner == null || inner.id() == slots.getOrDefault(new Slot(map, key), 0)) {
                    continue;
                }
                if (waiting.contains(inner.id())
                        || slots.containsValue(inner.id())
                        || makes(Mistake.UNPIN_MAP_THAT_OTHERS_TOOK)) {
                    calls.unlink(pin); // it has a name where it is
                } else { // other software has taken it out
                    calls.gracePeriod();
                    calls.setTime(pin);
                    calls.rename(pin, at("now", map, "-draining/" + key + "-" + inner.id()));
                    waiting.add(inner.id());
                }
            }
        }
    }

    /** The outer maps of the set, also those that this version does not declare. */
    private List<String> mapsIn(String set) {
        return calls.list(set + "/now").stream()
                .filter(name -> name.endsWith("-schema"))
                .map(name -> set + "/" + name.substring(0, name.lastIndexOf('-')))
                .toList();
    }

    private Map<Slot, Integer> slots(String generation, List<String> maps) {
        Map<Slot, Integer> slots = new LinkedHashMap<>();
        for (String map : maps) {
            Opened outer = outer(generation, map);
            for (int key = 1; outer != null && key <= app.slots(); key++) {
                int inner = calls.slot(outer.id(), key);
                if (inner != 0) {
                    slots.put(new Slot(map, key), inner);
                }
            }
        }
        return slots;
    }

    // ---- load: the generation

    /**
     * Puts maps of this version in place, where they are missing or of another version.
     *
     * @return a {@code Map<String, Change>} of the sets that it has changed, or {@link #REFUSED}
     */
    Object generation() {
        Map<String, Change> wanted = new LinkedHashMap<>();
        Map<String, List<String>> changed = new LinkedHashMap<>();
        Set<String> layoutsOfAll = new HashSet<>();
        Map<String, Change> published = new LinkedHashMap<>();
        try {
            for (String set : app.sets()) {
                List<String> toChange = new ArrayList<>();
                for (String map : app.mapsOf(set)) {
                    Opened outer = described(map);
                    layoutsOfAll.add(outer == null ? "none" : outer.layout());
                    if (outer != null && !app.known().contains(outer.layout())) {
                        return REFUSED;
                    }
                    if (outer == null || !outer.layout().equals(app.layout())) {
                        toChange.add(map);
                    }
                }
                if (!toChange.isEmpty()) {
                    wanted.put(set, calls.inode(set + "/now") == 0 ? Change.FIRST : Change.REPLACED);
                    changed.put(set, toChange);
                }
            }
            if (makes(Mistake.EQUAL_VERSIONS_IN_ALL_SETS) && layoutsOfAll.size() > 1) {
                return REFUSED;
            }
            for (Map.Entry<String, List<String>> set : changed.entrySet()) {
                if (!makes(Mistake.MAP_BY_MAP) && isSharedWithOthers(set.getKey(), set.getValue())) {
                    return REFUSED;
                }
                prepare(set.getKey(), set.getValue(), Objects.requireNonNull(wanted.get(set.getKey())));
            }
            if (!close(changed)) {
                return REFUSED; // after it has opened them
            }
            for (Map.Entry<String, Change> set : wanted.entrySet()) {
                publish(set.getKey(), Objects.requireNonNull(changed.get(set.getKey())), set.getValue());
                published.put(set.getKey(), set.getValue());
            }
        } catch (CallFailed e) {
            takeBack(published, false);
            return REFUSED; // the next owner removes each next
        }
        return published;
    }

    /** Whether a map that would be retired stays in a slot of an outer map that this load does not change. */
    private boolean isSharedWithOthers(String set, List<String> maps) {
        List<String> others =
                mapsIn(set).stream().filter(map -> !maps.contains(map)).toList();
        return !makes(Mistake.RETIRE_MAP_OF_OTHERS)
                && slots("now", others).values().stream()
                        .anyMatch(slots("now", maps).values()::contains);
    }

    /** From now on, nobody attaches a program to maps of these generations. Returns false if somebody has loaded one before. */
    private boolean close(Map<String, List<String>> changed) {
        if (!makes(Mistake.CLOSE_AFTER_LOOKING)) {
            changed.keySet().forEach(set -> calls.mkdir(set + "/now/closed"));
        }
        Set<Integer> retired = new HashSet<>();
        changed.forEach((set, maps) -> retired.addAll(slots("now", maps).values()));
        for (String map : app.maps()) {
            for (String group : groups("now", map, "-retired")) {
                maps(map, group).forEach(name -> retired.add(idIn(name)));
            }
        }
        if (!retired.isEmpty()
                && !calls.writers(
                                retired,
                                app.links().stream()
                                        .map(link -> app.home() + "/" + link)
                                        .toList())
                        .isEmpty()) {
            changed.keySet().forEach(set -> calls.rmdir(set + "/now/closed"));
            return false;
        }
        if (makes(Mistake.CLOSE_AFTER_LOOKING)) {
            changed.keySet().forEach(set -> calls.mkdir(set + "/now/closed"));
        }
        return true;
    }

    /** Makes the next generation. Nothing refers to it yet. */
    private void prepare(String set, List<String> maps, Change change) {
        calls.mkdir(set + "/next");
        if (!makes(Mistake.NOT_CLOSED)) {
            calls.mkdir(set + "/next/closed");
        }
        Map<Integer, Integer> shared = new LinkedHashMap<>(); // by key
        for (String map : maps) {
            BESIDE.forEach(directory -> calls.mkdir(at("next", map, directory)));
            List<Integer> slots = new ArrayList<>();
            for (int key = 1; key <= app.slots(); key++) {
                if (key > app.filled()) {
                    slots.add(0);
                    continue;
                }
                if (!app.sharesInners() || !shared.containsKey(key)) {
                    shared.put(key, calls.newInner(app.layout()));
                }
                int inner = shared.getOrDefault(key, 0);
                slots.add(inner);
                if (app.pinsInners()) {
                    calls.pinMap(inner, at("next", map, "-inner/" + key));
                }
            }
            int table = app.filled() < app.slots() ? Kernel.NOT_COUNTED : 0;
            if (app.countsUncounted()) {
                Opened old = calls.get(at("now", map, "-uncounted"));
                if (old == null || makes(Mistake.NEW_TABLE)) {
                    table = calls.newMap("table", List.of(), 0);
                    calls.pinMap(table, at("next", map, "-uncounted"));
                    calls.setTime(at("next", map, "-uncounted"));
                } else {
                    table = old.id();
                }
            }
            carryTable(map, "now", "next");
            int outer = calls.newMap(app.layout(), slots, table);
            if (!makes(Mistake.KEEP_TEXT) || !calls.link(at("now", map, "-schema"), at("next", map, "-schema"))) {
                calls.pinMap(calls.newText(app.layout(), outer), at("next", map, "-schema"));
            }
            calls.pinMap(outer, at("next", map, ""));
        }
        if (change == Change.REPLACED) {
            carry(set, maps);
            if (!makes(Mistake.RETIRE_AFTER_EXCHANGE)) {
                retire(maps, "now", "next", true);
            }
        }
    }

    /** Maps that stay as they are, with their pins. */
    private void carry(String set, List<String> changed) {
        for (String name : makes(Mistake.MAP_BY_MAP) ? List.<String>of() : calls.list(set + "/now")) {
            boolean isChanged = changed.stream()
                    .map(Protocol::nameOf)
                    .anyMatch(map -> name.equals(map)
                            || (name.startsWith(map + "-")
                                    && !GROUP.matcher(name).matches()));
            if (isChanged || name.equals("closed") || makes(Mistake.LEAVE_OTHER_MAPS)) {
                continue;
            }
            if (isDirectory(name)) {
                calls.mkdir(set + "/next/" + name);
                for (String pin : calls.list(set + "/now/" + name)) {
                    calls.link(set + "/now/" + name + "/" + pin, set + "/next/" + name + "/" + pin);
                }
            } else {
                calls.link(set + "/now/" + name, set + "/next/" + name);
            }
        }
    }

    /** What counts of packets without inner map stays in use, also if this version does not know it. */
    private void carryTable(String map, String from, String to) {
        if (calls.get(at(from, map, "-uncounted")) != null && calls.get(at(to, map, "-uncounted")) == null) {
            calls.link(at(from, map, "-uncounted"), at(to, map, "-uncounted"));
        }
    }

    private void carryRetired(String map) {
        for (String group : groups("now", map, "-retired")) {
            calls.mkdir(at("next", map, group));
            calls.list(at("now", map, group))
                    .forEach(name ->
                            calls.link(at("now", map, group + "/" + name), at("next", map, group + "/" + name)));
        }
    }

    /** Gives each map that may contain counts one name in the generation that will be now. A hard link keeps the map and its time. */
    private void retire(List<String> maps, String from, String to, boolean displaced) {
        Map<String, String> groups = new LinkedHashMap<>();
        for (String map : maps) {
            Opened outer = outer(from, map);
            if (outer != null) {
                String group = at(to, map, "-retired-" + (makes(Mistake.ONE_GROUP) ? 1 : outer.id()));
                calls.mkdir(group);
                calls.link(at(makes(Mistake.TEXT_OF_NEW_VERSION) ? to : from, map, "-schema"), group + "/schema");
                groups.put(map, group);
            }
        }
        Set<Integer> named = new HashSet<>();
        for (Map.Entry<Slot, Integer> entry : slots(from, maps).entrySet()) {
            Slot slot = entry.getKey();
            int inner = entry.getValue();
            if (named.add(inner) || makes(Mistake.RETIRE_FOR_EACH_SLOT)) {
                String name = groups.get(slot.map()) + "/" + slot.key() + "-" + inner;
                String pinned = at(from, slot.map(), "-inner/" + slot.key());
                if (app.pinsInners()) {
                    calls.setTime(pinned);
                }
                if (!app.pinsInners() || (!calls.link(pinned, name) && !makes(Mistake.RETIRE_ONLY_PINNED_MAPS))) {
                    calls.pinMap(inner, name);
                    calls.setTime(name);
                }
            }
        }
        for (String map : displaced ? maps : List.<String>of()) {
            String waiting = at(from, map, "-draining");
            String there = makes(Mistake.WAITING_STAYS) ? at(to, map, "-draining") : groups.get(map);
            calls.list(waiting).forEach(name -> calls.link(waiting + "/" + name, there + "/" + name));
        }
    }

    /** The one call in which all maps of the set change their version. */
    private void publish(String set, List<String> maps, Change change) {
        String now = set + "/now";
        String next = set + "/next";
        if (change == Change.FIRST) {
            calls.renameNoReplace(next, now);
        } else if (makes(Mistake.TWO_RENAMES)) {
            calls.renameNoReplace(now, set + "/old");
            calls.renameNoReplace(next, now);
            calls.renameNoReplace(set + "/old", next);
        } else if (makes(Mistake.MAP_BY_MAP)) {
            for (String map : maps) {
                for (String file : List.of("", "-schema", "-inner", "-draining")) {
                    calls.exchange(at("now", map, file), at("next", map, file));
                }
            }
        } else {
            calls.exchange(now, next);
        }
        if (change == Change.REPLACED && makes(Mistake.RETIRE_AFTER_EXCHANGE)) {
            retire(maps, "next", "now", true);
        }
    }

    /**
     * After a failure. If a call fails here, the new generation stays: the next owner finds it complete.
     *
     * @param ran whether new programs may have counted
     */
    private void takeBack(Map<String, Change> published, boolean ran) {
        for (Map.Entry<String, Change> entry : published.entrySet()) {
            String set = entry.getKey();
            try {
                if (entry.getValue() == Change.REPLACED) {
                    List<String> maps = app.mapsOf(set).stream()
                            .filter(map -> !Objects.equals(outer("now", map), outer("next", map)))
                            .toList();
                    if (ran && !makes(Mistake.BACK_WITHOUT_NEW_COUNTS)) {
                        retire(maps, "now", "next", false);
                        if (makes(Mistake.BACK_WITH_RETIRED)) {
                            maps.forEach(this::carryRetired);
                        }
                    }
                    for (String map : makes(Mistake.BACK_WITHOUT_NEW_TABLE) ? List.<String>of() : maps) {
                        carryTable(map, "now", "next");
                    }
                    calls.exchange(set + "/now", set + "/next");
                    remove(set + "/next");
                    calls.rmdir(set + "/now/closed");
                } else if (!ran) {
                    calls.renameNoReplace(set + "/now", set + "/next");
                    remove(set + "/next");
                } // else the new programs count in it
            } catch (CallFailed e) {
                // This set stays in the new version. The others are taken back.
            }
        }
    }

    // ---- load: the programs

    /** What a load has done with one of its links, and how it undoes this. */
    private record Attached(String path, int link, @Nullable Program previous, boolean isPinned) {}

    @SuppressWarnings("unchecked")
    Object attach(Object carry) {
        Map<String, Change> published = new LinkedHashMap<>((Map<String, Change>) carry);
        if (makes(Mistake.BACK_FROM_GENERATION_OF_OTHERS)) {
            for (String set : app.sets()) {
                if (calls.inode(set + "/next") == 0) {
                    published.putIfAbsent(set, Change.FIRST);
                }
            }
        }
        List<Attached> attached = new ArrayList<>();
        boolean ran = false;
        boolean stays = false;
        try {
            fill();
            Object memory = look();
            List<Integer> outers = new ArrayList<>();
            for (String map : app.maps()) {
                outers.add(required(at("now", map, "")).id());
            }
            Program program = new Program(app.layout(), outers);
            for (String name : app.links()) {
                String path = app.home() + "/" + name;
                Opened pinned = calls.get(path);
                if (pinned == null || app.takeover() == Takeover.GAP) {
                    if (pinned != null) {
                        calls.unlink(path);
                        stays = true; // the previous program can't come back
                        calls.release(pinned.id());
                    }
                    int link = calls.attach(program);
                    ran = true;
                    attached.add(new Attached(path, link, null, false));
                    calls.pinLink(link, path);
                    attached.set(attached.size() - 1, new Attached(path, link, null, true));
                } else if (app.takeover() == Takeover.SWAP) {
                    Program previous = calls.program(pinned.id());
                    if (!program.equals(previous)) {
                        calls.replace(pinned.id(), program);
                        ran = true;
                        attached.add(new Attached(path, pinned.id(), previous, false));
                    }
                } else {
                    String second = path + "-overlap";
                    int link = calls.attach(program);
                    ran = true;
                    attached.add(new Attached(second, link, null, false));
                    calls.pinLink(link, second);
                    attached.set(attached.size() - 1, new Attached(second, link, null, true));
                    calls.rename(second, path); // the previous link ends with its pin
                    attached.remove(attached.size() - 1);
                    stays = true;
                    calls.release(pinned.id());
                }
            }
            return memory;
        } catch (CallFailed e) {
            undo(attached, published, ran, stays);
            return REFUSED;
        }
    }

    /** What a process has seen when it compared slots and pins to fill a slot. The load goes on to change the files. */
    private Object look() {
        if (!makes(Mistake.DRAIN_FROM_MEMORY)) {
            return CLEAN;
        }
        Map<String, List<String>> waiting = new LinkedHashMap<>();
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String map : app.maps()) {
            waiting.put(map, calls.list(at("now", map, "-draining")));
            groups.put(map, groups("now", map, "-draining"));
        }
        return new Memory(waiting, groups);
    }

    /** A load that fails with its generation in place, before a program of it ran. */
    @SuppressWarnings("unchecked")
    Object failBeforeAttach(Object carry) {
        takeBack((Map<String, Change>) carry, false);
        return REFUSED;
    }

    private void undo(List<Attached> attached, Map<String, Change> published, boolean ran, boolean stays) {
        try {
            for (int i = attached.size() - 1; i >= 0; i--) {
                Attached one = attached.get(i);
                Program previous = one.previous();
                if (previous != null) {
                    calls.replace(one.link(), previous);
                } else {
                    if (one.isPinned()) {
                        calls.unlink(one.path());
                    }
                    calls.release(one.link());
                }
            }
            if (stays) {
                return; // the new programs count in it
            }
            if (ran) {
                calls.gracePeriod();
            }
        } catch (CallFailed e) {
            return; // a new program stays attached, so the new generation stays
        }
        takeBack(published, ran);
    }

    /** Fills empty slots, which a `take` or an interrupted end has left. */
    private void fill() {
        for (String map : app.maps()) {
            Opened outer = required(at("now", map, ""));
            for (int key = 1; key <= app.filled(); key++) {
                if (calls.slot(outer.id(), key) == 0) {
                    int inner = calls.newInner(app.layout());
                    if (app.sharesInners()) {
                        inner = sharedInner(map, key, inner);
                    }
                    put(outer, map, key, inner);
                }
            }
        }
    }

    private int sharedInner(String map, int key, int otherwise) {
        for (Map.Entry<Slot, Integer> slot :
                slots("now", app.mapsOf(Kernel.parent(map))).entrySet()) {
            if (slot.getKey().key() == key) {
                return slot.getValue();
            }
        }
        return otherwise;
    }

    private void put(Opened outer, String map, int key, int inner) {
        String coming = at("now", map, "-inner/" + key + "-next");
        if (app.pinsInners()) {
            calls.pinMap(inner, coming);
        }
        calls.update(List.of(new Update(outer.id(), key, inner)));
        if (app.pinsInners()) {
            calls.rename(coming, at("now", map, "-inner/" + key));
        }
    }

    /** The new programs run. What fails here is repeated by the next load. */
    Object settle(Object carry) {
        try {
            if (!makes(Mistake.SETTLE_EARLY)) {
                calls.gracePeriod();
            }
            app.maps().forEach(this::link);
            for (String map : app.maps()) {
                for (String group : groups("now", map, "-retired")) {
                    String waiting = "-draining" + group.substring("-retired".length());
                    calls.renameNoReplace(at("now", map, group), at("now", map, waiting));
                }
            }
            for (String set : app.sets()) {
                remove(set + "/next");
                calls.rmdir(set + "/now/closed");
            }
            return carry;
        } catch (CallFailed e) {
            return UNTIDY;
        }
    }

    /** Other tools open a map by this path. If the link can't be made, the load succeeds nevertheless. */
    private void link(String map) {
        try {
            calls.symlink(map);
        } catch (CallFailed e) {
            // a warning
        }
    }

    // ---- slots

    /**
     * Passes the displaced maps that wait to the user: all of them, whatever this process has seen before. Those of a version that it does not know stay,
     * unless it only saves what their texts say.
     */
    Object drainWaiting(Object carry, boolean saves) {
        try {
            tidyAfterFailure(carry);
            for (String map : app.maps()) {
                String directory = at("now", map, "-draining");
                List<String> names = carry instanceof Memory memory
                        ? memory.waiting().getOrDefault(map, List.of())
                        : calls.list(directory);
                for (String name : names) {
                    String pin = directory + "/" + name;
                    handOut(name, pin, required(pin), app.layout());
                }
                List<String> groups = carry instanceof Memory memory
                        ? memory.groups().getOrDefault(map, List.of())
                        : groups("now", map, "-draining");
                for (String group : groups) {
                    drain(map, group, saves);
                }
                if (!calls.list(directory).isEmpty()
                        || groups("now", map, "-draining").stream().anyMatch(group -> canRead(map, group))) {
                    throw new Violation("a drain has not passed all that waits");
                }
            }
            return CLEAN;
        } catch (CallFailed e) {
            return UNTIDY;
        }
    }

    private boolean canRead(String map, String group) {
        Opened text = calls.get(at("now", map, group + "/schema"));
        return text == null || app.known().contains(text.layout());
    }

    private void drain(String map, String group, boolean saves) {
        String text = at("now", map, group + "/schema");
        List<String> names = maps(map, group);
        Opened described = calls.get(text);
        if (described == null && !names.isEmpty()) {
            throw new Violation("maps wait without a text");
        }
        String layout = described == null ? app.layout() : described.layout();
        boolean isKnown = saves || app.known().contains(layout);
        if (!names.isEmpty() && !isKnown && !makes(Mistake.DROP_UNKNOWN)) {
            return; // they wait for a version that can read them
        }
        if (makes(Mistake.TEXT_FIRST)) {
            calls.unlink(text);
        }
        for (String name : names) {
            String pin = at("now", map, group + "/" + name);
            if (isKnown) {
                handOut(name, pin, required(pin), makes(Mistake.READ_AS_OWN_VERSION) ? app.layout() : layout);
            } else {
                calls.unlink(pin);
            }
        }
        calls.unlink(text);
        calls.rmdir(at("now", map, group));
    }

    private void handOut(String name, String pin, Opened inner, String layout) {
        calls.store(new Identity(name, inner.time()), calls.read(inner.id(), layout));
        calls.unlink(pin);
    }

    private void tidyAfterFailure(Object carry) {
        if (carry.equals(UNTIDY) && !makes(Mistake.NO_TIDY_AFTER_FAILURE)) {
            for (String set : app.sets()) {
                tidySlots(set);
            }
        }
    }

    /** Rotates these keys of all maps, or takes them out. A map that is also in other slots is refused. */
    Object rotate(Object carry, List<Integer> keys, boolean takes) {
        Map<String, Integer> waiting = new LinkedHashMap<>(); // pin, map
        try {
            tidyAfterFailure(carry);
            for (String set : app.sets()) {
                rotate(set, keys, takes, waiting);
            }
            return CLEAN;
        } catch (CallFailed e) {
            if (makes(Mistake.UNPIN_AFTER_FAILURE)) {
                waiting.keySet().forEach(calls::unlink);
            }
            return UNTIDY;
        }
    }

    private void rotate(String set, List<Integer> keys, boolean takes, Map<String, Integer> waiting) {
        Map<Slot, Integer> all = slots("now", makes(Mistake.COUNT_DECLARED_SLOTS_ONLY) ? app.mapsOf(set) : mapsIn(set));
        Map<Slot, Integer> old = new LinkedHashMap<>(all);
        old.keySet().removeIf(slot -> !keys.contains(slot.key()) || !app.maps().contains(slot.map()));
        Set<Integer> others = new HashSet<>();
        all.forEach((slot, inner) -> {
            if (!old.containsKey(slot)) {
                others.add(inner);
            }
        });
        if (old.values().stream().anyMatch(others::contains)
                || (!takes && new HashSet<>(old.values()).size() < old.size())) {
            return;
        }
        Map<Integer, Integer> times = new LinkedHashMap<>();
        Map<String, List<Update>> updates = new LinkedHashMap<>(); // one call for each outer map
        for (Map.Entry<Slot, Integer> slot : old.entrySet()) {
            String map = slot.getKey().map();
            int key = slot.getKey().key();
            int inner = 0;
            if (!takes) {
                inner = calls.newInner(app.layout());
                if (app.pinsInners()) {
                    calls.pinMap(inner, at("now", map, "-inner/" + key + "-next"));
                }
            } else if (app.pinsInners() && !makes(Mistake.UNPIN_AFTER_REMOVAL)) {
                calls.rename(at("now", map, "-inner/" + key), at("now", map, "-inner/" + key + "-next"));
            }
            if (!times.containsKey(slot.getValue())) {
                String pin = at("now", map, "-draining/" + key + "-" + slot.getValue());
                calls.pinMap(slot.getValue(), pin);
                waiting.put(pin, slot.getValue());
                times.put(slot.getValue(), calls.setTime(pin));
            }
            updates.computeIfAbsent(map, name -> new ArrayList<>())
                    .add(new Update(required(at("now", map, "")).id(), key, inner));
        }
        for (List<Update> ofMap : updates.values()) {
            if (makes(Mistake.NO_GRACE_PERIOD)) {
                calls.updateWithoutWait(ofMap);
            } else {
                calls.update(ofMap);
            }
        }
        for (Slot slot : app.pinsInners() ? old.keySet() : Set.<Slot>of()) {
            String pin = at("now", slot.map(), "-inner/" + slot.key());
            if (!takes) {
                calls.rename(pin + "-next", pin);
            } else if (makes(Mistake.UNPIN_AFTER_REMOVAL)) {
                calls.unlink(pin);
            } else {
                calls.unlink(pin + "-next");
            }
        }
        for (Map.Entry<String, Integer> map : List.copyOf(waiting.entrySet())) {
            if (times.containsKey(map.getValue())) {
                int time = times.getOrDefault(map.getValue(), 0);
                handOut(nameOf(map.getKey()), map.getKey(), new Opened(map.getValue(), time, "", 0), app.layout());
            }
        }
    }

    // ---- end

    /** Ends the programs. Refuses if an upgrade is not complete, or if other programs count. */
    Object detach() {
        try {
            Map<String, List<String>> maps = new LinkedHashMap<>();
            for (String set : app.sets()) {
                if (calls.inode(set + "/now") != 0) {
                    maps.put(set, mapsIn(set));
                }
                for (String map : app.mapsOf(set)) {
                    Opened outer = outer("now", map);
                    boolean isOther = outer != null && !outer.layout().equals(app.layout());
                    if (isOther || !groups("now", map, "-retired").isEmpty()) {
                        return REFUSED;
                    }
                }
            }
            if (!makes(Mistake.END_BESIDE_GUEST) && !close(maps)) {
                return REFUSED;
            }
            for (String name : app.links()) {
                Opened link = calls.get(app.home() + "/" + name);
                if (link != null) {
                    calls.unlink(app.home() + "/" + name);
                    calls.release(link.id());
                }
            }
            calls.gracePeriod();
            return CLEAN;
        } catch (CallFailed e) {
            return REFUSED;
        }
    }

    /** Removes the pins, if everything is drained. The first call of each set is its end. */
    Object withdraw() {
        try {
            for (String set : app.sets()) {
                if (!makes(Mistake.END_UNDRAINED) && !isDrained(set)) {
                    return REFUSED;
                }
                for (String map : app.mapsOf(set)) {
                    String path = at("now", map, "-uncounted");
                    Opened table = calls.get(path);
                    if (table != null) {
                        calls.storeTotal(new Identity(nameOf(map) + "-uncounted", table.time()), table.id());
                    }
                }
                if (calls.inode(set + "/now") != 0) {
                    if (!makes(Mistake.UNLINK_AFTER_END)) {
                        unlink(set);
                    }
                    calls.renameNoReplace(set + "/now", set + "/next");
                    if (makes(Mistake.UNLINK_AFTER_END)) {
                        unlink(set);
                    }
                    if (!makes(Mistake.END_LEAVES_FILES)) {
                        remove(set + "/next");
                    }
                }
                calls.rmdir(set + "/owner");
            }
            return CLEAN;
        } catch (CallFailed e) {
            return REFUSED;
        }
    }

    /** Removes the symbolic links, which would lead nowhere. */
    private void unlink(String set) {
        for (String map : mapsIn(set)) {
            if (makes(Mistake.UNLINK_ANY_FILE)) {
                calls.unlink(map);
            }
            calls.unlinkSymbolic(map);
        }
    }

    /** What drains before have returned says less: one that failed leaves its map, and the next one may succeed. */
    private boolean isDrained(String set) {
        boolean isOfDeclared = makes(Mistake.END_OF_DECLARED_MAPS);
        for (String name : calls.list(set + "/now")) {
            Matcher group = GROUP.matcher(name);
            boolean isGroup = group.matches();
            boolean waits = isGroup || name.endsWith("-draining");
            String map = set + "/" + (isGroup ? group.group(1) : name.substring(0, Math.max(0, name.lastIndexOf('-'))));
            if (waits
                    && !(isOfDeclared && !app.maps().contains(map))
                    && !calls.list(set + "/now/" + name).isEmpty()) {
                return false;
            }
        }
        return slots("now", isOfDeclared ? app.mapsOf(set) : mapsIn(set)).isEmpty();
    }

    /** Other software changes a slot, and no pin. */
    Object changeSlot(Object carry, boolean takes) {
        Opened outer = required(at("now", app.maps().get(0), ""));
        calls.updateWithoutWait(List.of(new Update(outer.id(), 1, takes ? 0 : calls.newInner(app.layout()))));
        return carry;
    }

    /** Takes the inner map of the first outer map out, and puts it into a slot of the second one instead of draining it. */
    Object move(Object carry) {
        try {
            Map<Slot, Integer> slots = slots("now", app.maps());
            String from = app.maps().get(0);
            String to = app.maps().get(1);
            int moved = slots.getOrDefault(new Slot(from, 1), 0);
            int displaced = slots.getOrDefault(new Slot(to, 1), 0);
            if (moved == 0 || displaced == 0) {
                return carry;
            }
            calls.pinMap(moved, at("now", from, "-draining/1-" + moved));
            calls.setTime(at("now", from, "-draining/1-" + moved));
            calls.rename(at("now", from, "-inner/1"), at("now", from, "-inner/1-next"));
            calls.update(List.of(new Update(required(at("now", from, "")).id(), 1, 0)));
            calls.unlink(at("now", from, "-inner/1-next"));

            calls.pinMap(moved, at("now", to, "-inner/1-next"));
            calls.pinMap(displaced, at("now", to, "-draining/1-" + displaced));
            calls.setTime(at("now", to, "-draining/1-" + displaced));
            calls.update(List.of(new Update(required(at("now", to, "")).id(), 1, moved)));
            calls.rename(at("now", to, "-inner/1-next"), at("now", to, "-inner/1"));
            return carry;
        } catch (CallFailed e) {
            return UNTIDY;
        }
    }

    // ---- guests

    /**
     * A process that is not the owner: it reaches everything through the generation that it has opened.
     *
     * @param counts whether it attaches a program of its own to the map
     */
    Object guest(boolean counts) {
        String set = app.home();
        int inode = calls.inode(set + "/now");
        if (inode == 0) {
            return CLEAN;
        }
        String now = ">" + inode;
        String from = makes(Mistake.GUEST_WALKS_TWICE) ? set + "/now" : now;
        String name = nameOf(app.maps().get(0));
        Opened text = calls.get(from + "/" + name + "-schema");
        Opened outer = calls.get(from + "/" + name);
        if (text != null && outer != null && text.described() != outer.id()) {
            throw new Violation("a guest found a map with the text of another one");
        }
        if (!counts || outer == null) {
            return CLEAN;
        }
        if (makes(Mistake.GUEST_LOOKS_BEFORE_LOADING) && isClosed(set, inode)) {
            return CLEAN;
        }
        Program program = new Program(outer.layout(), List.of(outer.id()));
        calls.load(program);
        if (!makes(Mistake.GUEST_DOES_NOT_LOOK) && !makes(Mistake.GUEST_LOOKS_BEFORE_LOADING) && isClosed(set, inode)) {
            return CLEAN; // a real one begins again
        }
        calls.pinLink(calls.attach(program), set + "/other/link");
        return CLEAN;
    }

    /** A generation that is closed may be removed, and then it contains nothing: so this looks for the mark first. */
    private boolean isClosed(String set, int inode) {
        if (makes(Mistake.GUEST_COMPARES_FIRST)) {
            return calls.inode(set + "/now") != inode || calls.inode(">" + inode + "/closed") != 0;
        }
        return calls.inode(">" + inode + "/closed") != 0 || calls.inode(set + "/now") != inode;
    }

    /** The user ends the other service. */
    Object endGuest() {
        calls.unlink(app.home() + "/other/link");
        return CLEAN;
    }
}
