/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.pinset;

import dev.nestmap.tests.pinset.Calls.CallFailed;
import dev.nestmap.tests.pinset.Kernel.Identity;
import dev.nestmap.tests.pinset.Kernel.Opened;
import dev.nestmap.tests.pinset.Kernel.Program;
import dev.nestmap.tests.pinset.Kernel.Slot;
import dev.nestmap.tests.pinset.Kernel.Update;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of pin sets: what each process does with the files of a set. {@code docs/internals/decisions/pin-sets.md} explains it.
 *
 * <p>A set is a directory. In it, {@code owner} is locked by the owner, {@code now} has the generation in use, and {@code next} is worth
 * nothing. Whoever becomes the owner calls {@link #tidy} first, so nobody else has to know where a killed process had stopped. Also a process
 * whose call has failed calls it before it goes on.
 */
final class Protocol {
    private static final List<String> BESIDE = List.of("-inner", "-draining", "-retired");

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
     * @param maps its outer maps, as SET/NAME, in the order of their sets
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
        List<String> sets() {
            return maps.stream().map(Kernel::parent).distinct().toList();
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

    private @Nullable Opened outer(String generation, String map) {
        return calls.get(at(generation, map, ""));
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
            for (String set : app.sets()) {
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
        if (calls.inode(set + "/now/ended") != 0) {
            calls.renameNoReplace(set + "/now", set + "/next");
        }
        remove(set + "/next");
        if (makes(Mistake.REMOVE_FOREIGN_FILES)) {
            calls.unlink(set + "/foreign");
        }
        tidySlots(set);
    }

    /** Removes a generation that nobody looks for any more. */
    private void remove(String generation) {
        for (String name : calls.list(generation)) {
            String file = generation + "/" + name;
            if (BESIDE.stream().anyMatch(name::endsWith)) {
                calls.list(file).forEach(pin -> calls.unlink(file + "/" + pin));
                calls.rmdir(file);
            } else if (name.equals("free") || name.equals("ended")) {
                calls.rmdir(file);
            } else {
                calls.unlink(file);
            }
        }
        calls.rmdir(generation);
    }

    /** Brings the pins of slots into agreement with the slots. */
    private void tidySlots(String set) {
        Map<Slot, Integer> slots = slots("now", app.mapsOf(set));
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
            Set<Integer> inSlots = new HashSet<>();
            slots.forEach((slot, inner) -> {
                if (slot.map().equals(map) || !makes(Mistake.LOOK_IN_OWN_SLOTS_ONLY)) {
                    inSlots.add(inner);
                }
            });
            for (String name : calls.list(at("now", map, "-draining"))) {
                Opened waiting = required(at("now", map, "-draining/" + name));
                if (inSlots.contains(waiting.id()) && !makes(Mistake.KEEP_PIN_OF_MAP_IN_SLOT)) {
                    calls.unlink(at("now", map, "-draining/" + name));
                }
            }
            for (int key = 1; key <= app.slots(); key++) {
                Opened inner = calls.get(at("now", map, "-inner/" + key));
                if (inner != null && inner.id() != slots.getOrDefault(new Slot(map, key), 0)) {
                    calls.unlink(at("now", map, "-inner/" + key)); // the map waits, or is in another slot
                }
            }
        }
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
        Set<String> layoutsOfAll = new HashSet<>();
        for (String set : app.sets()) {
            Set<String> layouts = new HashSet<>();
            for (String map : app.mapsOf(set)) {
                Opened outer = outer("now", map);
                layouts.add(outer == null ? "none" : outer.layout());
            }
            layoutsOfAll.addAll(layouts);
            if (layouts.equals(Set.of("none"))) {
                wanted.put(set, Change.FIRST);
            } else if ((layouts.size() > 1 && !makes(Mistake.MAP_BY_MAP))
                    || !app.known().containsAll(layouts)) {
                return REFUSED;
            } else if (!layouts.equals(Set.of(app.layout()))) {
                wanted.put(set, Change.REPLACED);
            }
        }
        if (makes(Mistake.EQUAL_VERSIONS_IN_ALL_SETS) && layoutsOfAll.size() > 1) {
            return REFUSED;
        }
        Map<String, Change> published = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Change> set : wanted.entrySet()) {
                prepare(set.getKey(), mapsToChange(set.getKey()), set.getValue());
            }
            for (Map.Entry<String, Change> set : wanted.entrySet()) {
                publish(set.getKey(), mapsToChange(set.getKey()), set.getValue());
                published.put(set.getKey(), set.getValue());
            }
        } catch (CallFailed e) {
            takeBack(published, false);
            return REFUSED; // the next owner removes each next
        }
        return published;
    }

    /** All of the set. */
    private List<String> mapsToChange(String set) {
        return makes(Mistake.MAP_BY_MAP)
                ? app.mapsOf(set).stream().filter(this::isToChange).toList()
                : app.mapsOf(set);
    }

    private boolean isToChange(String map) {
        Opened outer = outer("now", map);
        return outer == null || !outer.layout().equals(app.layout());
    }

    /** Makes the next generation. Nothing refers to it yet. */
    private void prepare(String set, List<String> maps, Change change) {
        calls.mkdir(set + "/next");
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
            calls.pinMap(calls.newMap(app.layout(), List.of(), 0), at("next", map, "-prototype"));
            calls.pinMap(calls.newMap(app.layout(), slots, table), at("next", map, ""));
        }
        if (change == Change.FIRST) {
            calls.mkdir(set + "/next/free");
        } else if (!makes(Mistake.RETIRE_AFTER_EXCHANGE)) {
            retire(maps, "now", "next", true);
        }
    }

    /** What counts of packets without inner map stays in use, also if this version does not know it. */
    private void carryTable(String map, String from, String to) {
        if (calls.get(at(from, map, "-uncounted")) != null && calls.get(at(to, map, "-uncounted")) == null) {
            calls.link(at(from, map, "-uncounted"), at(to, map, "-uncounted"));
        }
    }

    /** Gives each map that may contain counts one name in the generation that will be now. A hard link keeps the map and its time. */
    private void retire(List<String> maps, String from, String to, boolean displaced) {
        Set<Integer> named = new HashSet<>();
        for (Map.Entry<Slot, Integer> entry : slots(from, maps).entrySet()) {
            Slot slot = entry.getKey();
            int inner = entry.getValue();
            if (named.add(inner) || makes(Mistake.RETIRE_FOR_EACH_SLOT)) {
                String name = at(to, slot.map(), "-retired/" + slot.key() + "-" + inner);
                if (app.pinsInners()) {
                    calls.setTime(at(from, slot.map(), "-inner/" + slot.key()));
                    calls.link(at(from, slot.map(), "-inner/" + slot.key()), name);
                } else {
                    calls.pinMap(inner, name);
                    calls.setTime(name);
                }
            }
        }
        for (String map : displaced ? maps : List.<String>of()) {
            for (String directory : List.of("-draining", "-retired")) {
                for (String name : calls.list(at(from, map, directory))) {
                    calls.link(at(from, map, directory + "/" + name), at(to, map, "-retired/" + name));
                }
            }
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
                for (String file : List.of("", "-prototype", "-inner", "-draining", "-retired")) {
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
                    if (ran && !makes(Mistake.BACK_WITHOUT_NEW_COUNTS)) {
                        retire(app.mapsOf(set), "now", "next", makes(Mistake.BACK_WITH_DISPLACED));
                    }
                    for (String map : makes(Mistake.BACK_WITHOUT_NEW_TABLE) ? List.<String>of() : app.mapsOf(set)) {
                        carryTable(map, "now", "next");
                    }
                    calls.exchange(set + "/now", set + "/next");
                    remove(set + "/next");
                } else if (!ran
                        && (calls.renameNoReplace(set + "/now/free", set + "/now/ended") || makes(Mistake.NO_FREE))) {
                    calls.renameNoReplace(set + "/now", set + "/next");
                    remove(set + "/next");
                } // else a guest or the new programs count in it
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
        if (makes(Mistake.FREE_OF_OTHERS)) {
            for (String set : app.sets()) {
                if (calls.inode(set + "/now/free") != 0) {
                    published.put(set, Change.FIRST);
                }
            }
        }
        List<Attached> attached = new ArrayList<>();
        boolean ran = false;
        boolean stays = false;
        String second = app.home() + "/next/link-overlap";
        try {
            fill();
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
                    calls.mkdir(app.home() + "/next");
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
            return CLEAN;
        } catch (CallFailed e) {
            undo(attached, published, ran, stays);
            return REFUSED;
        }
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
                    if (one.isPinned()
                            && !(makes(Mistake.BACK_WITH_OVERLAP) && one.path().endsWith("-overlap"))) {
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

    /** Fills empty declared slots, which a `take` or an interrupted end has left. */
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
            if (makes(Mistake.CONVERT_EARLY)) {
                convert();
            }
            calls.gracePeriod();
            for (String set : app.sets()) {
                calls.rmdir(set + "/now/free");
                remove(set + "/next");
            }
            convert();
            for (String set : app.sets()) {
                remove(set + "/next");
            }
            return CLEAN;
        } catch (CallFailed e) {
            return UNTIDY;
        }
    }

    /** After the last run of the previous programs: retired maps wait in the new layout, with their names and times. */
    private void convert() {
        for (String map : app.maps()) {
            String converted = Kernel.parent(map) + "/next/converted";
            for (String name : calls.list(at("now", map, "-retired"))) {
                String retired = at("now", map, "-retired/" + name);
                Opened old = required(retired);
                if (!app.known().contains(old.layout()) && !makes(Mistake.CONVERT_UNKNOWN_LAYOUT)) {
                    continue; // it waits for a version that can read it
                }
                String waiting = at("now", map, "-draining/" + name);
                if (makes(Mistake.CONVERT_AFTER_MOVE)) {
                    calls.rename(retired, waiting);
                    retired = waiting;
                }
                if (app.known().contains(old.layout()) && !old.layout().equals(app.layout())) {
                    int inner = calls.copy(old.id(), app.layout());
                    calls.mkdir(Kernel.parent(map) + "/next");
                    calls.unlink(converted);
                    calls.pinMap(inner, converted);
                    if (makes(Mistake.CONVERT_WITH_NEW_TIME)) {
                        calls.setTime(converted);
                    } else {
                        calls.setTime(converted, old.time());
                    }
                    calls.rename(converted, retired);
                }
                calls.rename(retired, waiting);
            }
        }
    }

    // ---- slots

    /** Passes the displaced maps that wait to the user. */
    Object drainWaiting(Object carry) {
        try {
            tidyAfterFailure(carry);
            for (String map : app.maps()) {
                for (String name : calls.list(at("now", map, "-draining"))) {
                    String pin = at("now", map, "-draining/" + name);
                    Opened waiting = required(pin);
                    handOut(name, pin, waiting.id(), waiting.time());
                }
            }
            return CLEAN;
        } catch (CallFailed e) {
            return UNTIDY;
        }
    }

    private void handOut(String name, String pin, int inner, int time) {
        calls.store(new Identity(name, time), calls.read(inner, app.layout()));
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
        Map<Slot, Integer> all = slots("now", app.mapsOf(set));
        Map<Slot, Integer> old = new LinkedHashMap<>(all);
        old.keySet().removeIf(slot -> !keys.contains(slot.key()));
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
            if (takes) {
                calls.unlink(pin);
            } else {
                calls.rename(pin + "-next", pin);
            }
        }
        for (Map.Entry<String, Integer> map : List.copyOf(waiting.entrySet())) {
            if (times.containsKey(map.getValue())) {
                handOut(nameOf(map.getKey()), map.getKey(), map.getValue(), times.getOrDefault(map.getValue(), 0));
            }
        }
    }

    // ---- end

    /** Ends the programs. Refuses if an upgrade is not complete. */
    Object detach() {
        try {
            for (String set : app.sets()) {
                calls.unlink(set + "/other/link");
                for (String map : app.mapsOf(set)) {
                    if (!calls.list(at("now", map, "-retired")).isEmpty()) {
                        return REFUSED;
                    }
                }
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
                    calls.renameNoReplace(set + "/now", set + "/next");
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

    /** What drains before have returned says less: one that failed leaves its map, and the next one may succeed. */
    private boolean isDrained(String set) {
        for (String map : app.mapsOf(set)) {
            if (!calls.list(at("now", map, "-draining")).isEmpty()
                    || !calls.list(at("now", map, "-retired")).isEmpty()) {
                return false;
            }
        }
        return slots("now", app.mapsOf(set)).isEmpty();
    }

    // ---- guests and readers

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
        boolean isEnded = !calls.rmdir(now + "/free") && calls.inode(now + "/ended") != 0;
        if (!makes(Mistake.GUEST_DOES_NOT_LOOK) && (isEnded || calls.inode(set + "/now") != inode)) {
            return CLEAN; // a real one begins again
        }
        String from = makes(Mistake.GUEST_WALKS_TWICE) ? set + "/now" : now;
        String name = nameOf(app.maps().get(0));
        Opened prototype = calls.get(from + "/" + name + "-prototype");
        Opened outer = calls.get(from + "/" + name);
        if (prototype != null && outer != null && !prototype.layout().equals(outer.layout())) {
            throw new Violation("a reader found maps of two generations");
        }
        if (counts && outer != null) {
            calls.pinLink(calls.attach(new Program(outer.layout(), List.of(outer.id()))), set + "/other/link");
        }
        return CLEAN;
    }

    /** A reader without privileges is a set of its own: its constants and programs are pinned, or replaced, in one step. */
    Object pinReader() {
        try {
            String set = app.home();
            calls.mkdir(set + "/next");
            for (String file : List.of("a-prototype", "a")) {
                calls.pinMap(calls.newMap(app.layout(), List.of(), 0), set + "/next/" + file);
            }
            if (calls.inode(set + "/now") != 0) {
                calls.exchange(set + "/now", set + "/next");
            } else {
                calls.renameNoReplace(set + "/next", set + "/now");
            }
            remove(set + "/next");
            return CLEAN;
        } catch (CallFailed e) {
            return REFUSED;
        }
    }

    /** Its user locks the reader's only buffer while it reads. */
    Object useReader() {
        int inode = calls.inode(app.home() + "/now");
        if (inode == 0 || !calls.flock(inode, false)) {
            return CLEAN;
        }
        return guest(false);
    }
}
