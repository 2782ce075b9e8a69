/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kernel, as far as the protocol of pin sets sees it: one BPF file system, maps, links, locks, and programs that count packets. It also
 * has what the user has stored. A method with a {@code pid} is a system call of this process; it either does all or nothing.
 *
 * <p>A program that gets a packet first looks its inner map up, and writes later: in between, everything else may happen. Each packet is an
 * item (a bit), so a count that is lost or stored twice is seen exactly.
 */
class Kernel {
    /** The processes of a scenario, and one that runs after them. */
    static final int PROCESSES = 4;

    /** Of the links that are attached at the same time. */
    private static final int MOST_LINKS = 3;

    interface Node extends Table.Coded {
        int inode();
    }

    record Directory(int inode) implements Node {
        @Override
        public long code() {
            return inode;
        }
    }

    /**
     * A hard link is a second path with the same inode.
     *
     * @param id of the map or link
     */
    record Pin(int inode, boolean isLink, int id, int time) implements Node {
        @Override
        public long code() {
            return Table.mix(isLink ? -inode : inode) + ((long) id << 32 | time);
        }
    }

    /** Leads to the pin that has the same name in the generation in use. */
    record SymbolicLink(int inode) implements Node {
        @Override
        public long code() {
            return Table.mix(inode) + 1;
        }
    }

    /**
     * @param layout of the entries, which a text describes
     * @param items that an inner map or a table contains
     * @param slots the inner map of each key of an outer map, or 0; empty for other maps
     * @param table where the programs of this outer map count packets whose key has no inner map; 0 if each key has one. For a text, the map that it
     *     describes
     */
    record BpfMap(String layout, int items, List<Integer> slots, int table) implements Table.Coded {
        @Override
        public long code() {
            long code = Table.mix(layout.hashCode() + ((long) items << 32)) + table;
            for (int slot : slots) {
                code = Table.mix(code) + slot;
            }
            return code;
        }
    }

    /** @param outers the maps in which this program of a link counts */
    record Program(String layout, List<Integer> outers) implements Table.Coded {
        @Override
        public long code() {
            long code = layout.hashCode();
            for (int outer : outers) {
                code = Table.mix(code) + outer;
            }
            return code;
        }
    }

    /** A process has loaded a program, and attached it perhaps. */
    record Loaded(int pid, Program program) implements Table.Coded {
        @Override
        public long code() {
            return Table.mix(program.code()) + pid;
        }
    }

    record Run(int item, int map) implements Table.Coded {
        @Override
        public long code() {
            return (long) item << 32 | map;
        }
    }

    record Lock(int inode, int pid) implements Table.Coded {
        @Override
        public long code() {
            return (long) inode << 32 | pid;
        }
    }

    record Held(int pid, int link) implements Table.Coded {
        @Override
        public long code() {
            return (long) link << 32 | pid;
        }
    }

    /** Of a displaced map: its name and the time of its pin. */
    record Identity(String name, int time) implements Table.Coded {
        @Override
        public long code() {
            return Table.mix(name.hashCode()) + time;
        }
    }

    /**
     * What opening a pin says.
     *
     * @param described the map that a text describes
     */
    record Opened(int id, int time, String layout, int described) {}

    /**
     * What a change of slots has done.
     *
     * @param done how many slots changed before the call failed
     * @param runs the programs for whose end the kernel waits
     */
    record Updated(int done, Set<Run> runs) {}

    record Slot(String map, int key) {}

    record Update(int outer, int key, int inner) {}

    static final int FOREIGN = -1;

    /** In place of a table: programs do not count packets whose key has no inner map. */
    static final int NOT_COUNTED = -2;

    Table<String, Node> files = new Table<>();
    Table<Integer, BpfMap> maps = new Table<>();
    Table<Integer, Program> links = new Table<>();
    Table<Loaded, Boolean> loaded = new Table<>();
    Table<Run, Boolean> runs = new Table<>();

    /** The locks of directories. Each follows the inode, and ends with its process. */
    Table<Lock, Boolean> locks = new Table<>();

    Table<Held, Boolean> held = new Table<>();
    Table<Identity, Integer> stored = new Table<>();

    /** The inner maps that were handed out as exact. */
    Table<Integer, Boolean> drained = new Table<>();

    int counted;
    int packets;
    int[] ids = new int[PROCESSES];

    Kernel(int packets) {
        this.packets = packets;
    }

    Kernel(Kernel other) {
        files = other.files;
        maps = other.maps;
        links = other.links;
        loaded = other.loaded;
        runs = other.runs;
        locks = other.locks;
        held = other.held;
        stored = other.stored;
        drained = other.drained;
        counted = other.counted;
        packets = other.packets;
        ids = other.ids;
    }

    long hash() {
        long hash = counted * 31L + packets;
        for (Table<?, ?> part : List.of(files, maps, links, loaded, runs, locks, held, stored, drained)) {
            hash = Table.mix(hash) + part.hash;
        }
        for (int id : ids) {
            hash = Table.mix(hash) + id;
        }
        return hash;
    }

    /** The numbers of each process are its own, so that the order in which processes call makes no difference. */
    int newId(int pid) {
        ids = ids.clone();
        return pid * 1000 + ++ids[pid];
    }

    // ---- files

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private boolean hasParent(String path) {
        String parent = parent(path);
        return parent.isEmpty() || files.get(parent) instanceof Directory;
    }

    /** A path, or a name in an open directory (">INODE/NAME"), which may have been moved or removed. */
    String resolve(String path) {
        if (!path.startsWith(">")) {
            return path;
        }
        int slash = path.indexOf('/');
        Node directory = new Directory(Integer.parseInt(path.substring(1, slash)));
        return files.entries().entrySet().stream()
                        .filter(file -> file.getValue().equals(directory))
                        .findAny()
                        .map(Map.Entry::getKey)
                        .orElse("?")
                + path.substring(slash);
    }

    void mkdir(int pid, String path) {
        if (hasParent(path) && !files.has(path)) {
            files = files.with(path, new Directory(newId(pid)));
        }
    }

    /** Returns false if the directory is missing, or contains something. */
    boolean rmdir(int pid, String path) {
        String at = resolve(path);
        if (!(files.get(at) instanceof Directory)
                || files.keys().stream().anyMatch(file -> file.startsWith(at + "/"))) {
            return false;
        }
        files = files.without(at);
        return true;
    }

    List<String> list(String path) {
        String at = resolve(path) + "/";
        return files.keys().stream()
                .filter(file -> file.startsWith(at) && file.indexOf('/', at.length()) < 0)
                .map(file -> file.substring(at.length()))
                .sorted()
                .toList();
    }

    /** Of a directory; 0 if it is missing. */
    int inode(int pid, String path) {
        return files.get(resolve(path)) instanceof Directory directory ? directory.inode() : 0;
    }

    void unlink(String path) {
        if (files.get(path) instanceof Pin) {
            files = files.without(path);
            endLinks();
        }
    }

    /** Returns false if nothing is pinned at the first path. */
    boolean link(String from, String to) {
        if (!(files.get(from) instanceof Pin pin)) {
            return false;
        }
        if (hasParent(to) && !files.has(to)) {
            files = files.with(to, pin);
        }
        return true;
    }

    /** Does nothing if there is a file with this name. */
    void symlink(int pid, String path) {
        if (hasParent(path) && !files.has(path)) {
            files = files.with(path, new SymbolicLink(newId(pid)));
        }
    }

    boolean hasSymbolicLink(String set) {
        return files.entries().entrySet().stream()
                .anyMatch(file -> file.getValue() instanceof SymbolicLink
                        && parent(file.getKey()).equals(set));
    }

    void unlinkSymbolic(String path) {
        if (files.get(path) instanceof SymbolicLink) {
            files = files.without(path);
        }
    }

    /** Replaces a pin. Between two hard links of one file, rename does nothing. */
    void rename(String from, String to) {
        if (files.get(from) instanceof Pin pin && !pin.equals(files.get(to)) && hasParent(to)) {
            files = files.without(from).with(to, pin);
            endLinks();
        }
    }

    boolean renameNoReplace(String from, String to) {
        boolean isPossible = files.has(from) && !files.has(to) && hasParent(to);
        if (isPossible) {
            move(from, to);
        }
        return isPossible;
    }

    private void move(String from, String to) {
        Map<String, Node> moved = new HashMap<>();
        files.entries()
                .forEach((file, node) -> moved.put(isIn(from, file) ? to + file.substring(from.length()) : file, node));
        files = Table.of(moved);
    }

    private static boolean isIn(String directory, String file) {
        return file.startsWith(directory)
                && (file.length() == directory.length() || file.charAt(directory.length()) == '/');
    }

    boolean exchange(String one, String other) {
        boolean isPossible = files.has(one) && files.has(other);
        if (isPossible) {
            Map<String, Node> moved = new HashMap<>();
            files.entries()
                    .forEach((file, node) -> moved.put(
                            isIn(one, file)
                                    ? other + file.substring(one.length())
                                    : isIn(other, file) ? one + file.substring(other.length()) : file,
                            node));
            files = Table.of(moved);
        }
        return isPossible;
    }

    void pin(int pid, boolean isLink, int id, String path) {
        if (files.has(path) || !hasParent(path)) {
            throw new Violation("a pin at " + path + " is impossible");
        }
        files = files.with(path, new Pin(newId(pid), isLink, id, 0));
    }

    /** Sets the time of a pin, under each of its names. Returns the time. */
    int setTime(int pid, String path, int time) {
        if (!(files.get(path) instanceof Pin pin)) {
            return 0;
        }
        int set = time == 0 ? newId(pid) : time;
        for (Map.Entry<String, Node> file : files.entries().entrySet()) {
            if (file.getValue().equals(pin)) {
                files = files.with(file.getKey(), new Pin(pin.inode(), pin.isLink(), pin.id(), set));
            }
        }
        return set;
    }

    @Nullable
    Opened get(int pid, String path) {
        if (!(files.get(resolve(path)) instanceof Pin pin)) {
            return null;
        }
        if (pin.isLink()) {
            held = held.with(new Held(pid, pin.id()), true);
            return new Opened(pin.id(), 0, "", 0);
        }
        BpfMap map = map(pin.id());
        return new Opened(pin.id(), pin.time(), map.layout(), map.table());
    }

    boolean isLocked(int inode, int pid) {
        return locks.keys().stream().anyMatch(lock -> lock.inode() == inode && lock.pid() != pid);
    }

    boolean flock(int pid, int inode) {
        boolean isFree = !isLocked(inode, pid);
        if (isFree) {
            locks = locks.with(new Lock(inode, pid), true);
        }
        return isFree;
    }

    void unlock(int pid, int inode) {
        locks = locks.without(new Lock(inode, pid));
    }

    void endProcess(int pid) {
        for (Lock lock : locks.keys()) {
            locks = lock.pid() == pid ? locks.without(lock) : locks;
        }
        for (Held link : held.keys()) {
            held = link.pid() == pid ? held.without(link) : held;
        }
        for (Loaded program : loaded.keys()) {
            loaded = program.pid() == pid ? loaded.without(program) : loaded;
        }
        endLinks();
    }

    // ---- maps and links

    BpfMap map(int id) {
        BpfMap map = maps.get(id);
        if (map == null) {
            throw new IllegalArgumentException("map " + id + " was never created");
        }
        return map;
    }

    /** The inner map at a key of an outer map, or 0. */
    int slot(int outer, int key) {
        List<Integer> slots = map(outer).slots();
        return key <= slots.size() ? slots.get(key - 1) : 0;
    }

    int newMap(int pid, String layout, int items, List<Integer> slots, int table) {
        int id = newId(pid);
        maps = maps.with(id, new BpfMap(layout, items, slots, table));
        return id;
    }

    /** Changes the first {@code count} slots, and says for which programs the call then waits. */
    Updated update(List<Update> updates, int count) {
        for (Update update : updates.subList(0, count)) {
            BpfMap outer = map(update.outer());
            List<Integer> slots = new ArrayList<>(outer.slots());
            slots.set(update.key() - 1, update.inner());
            maps = maps.with(update.outer(), new BpfMap(outer.layout(), 0, List.copyOf(slots), outer.table()));
        }
        return new Updated(count, runningPrograms());
    }

    Set<Run> runningPrograms() {
        return Set.copyOf(runs.keys());
    }

    /** Reads an inner map as one to which no program writes any more. */
    int read(int inner, String layout) {
        BpfMap map = map(inner);
        if (!map.layout().equals(layout)) {
            throw new Violation("entries of layout " + map.layout() + " were read as " + layout);
        }
        drained = drained.with(inner, true);
        return map.items();
    }

    /** The user stores a drained map once: its database knows the identity. */
    void store(Identity identity, int items) {
        if (!stored.has(identity)) {
            stored = stored.with(identity, items);
        }
    }

    /** The user stores a total that only grows. */
    void storeTotal(Identity identity, int table) {
        stored = stored.with(identity, map(table).items());
    }

    void load(int pid, Program program) {
        loaded = loaded.with(new Loaded(pid, program), true);
    }

    /**
     * The programs that may write to one of these inner maps, by the numbers of their links or, while only their process keeps them, by its
     * number. Without those of the pinned links at some paths, which will be replaced, and of the process that asks.
     */
    Set<Integer> writers(int pid, Set<Integer> inners, List<String> replaced) {
        Set<Integer> ofReplaced = replaced.stream()
                .map(files::get)
                .filter(Pin.class::isInstance)
                .map(pin -> ((Pin) pin).id())
                .collect(toSet());
        Set<Integer> writers = new HashSet<>();
        links.entries().forEach((link, program) -> {
            if (!ofReplaced.contains(link) && mayWrite(program, inners)) {
                writers.add(link);
            }
        });
        loaded.keys().forEach(program -> {
            if (program.pid() != pid && mayWrite(program.program(), inners)) {
                writers.add(-1 - program.pid());
            }
        });
        return writers;
    }

    private boolean mayWrite(Program program, Set<Integer> inners) {
        return program.outers().stream()
                .anyMatch(outer -> map(outer).slots().stream().anyMatch(inners::contains));
    }

    int attach(int pid, Program program) {
        int link = newId(pid);
        links = links.with(link, program);
        held = held.with(new Held(pid, link), true);
        return link;
    }

    /** {@code BPF_LINK_UPDATE}: it returns before the running programs have ended. */
    void replace(int link, Program program) {
        if (links.has(link)) {
            links = links.with(link, program);
        }
    }

    void release(int pid, int link) {
        held = held.without(new Held(pid, link));
        endLinks();
    }

    private void endLinks() {
        for (int link : links.keys()) {
            boolean isUsed = held.keys().stream().anyMatch(held -> held.link() == link)
                    || files.entries().values().stream()
                            .anyMatch(node -> node instanceof Pin pin && pin.isLink() && pin.id() == link);
            links = isUsed ? links : links.without(link);
        }
    }

    // ---- packets

    /** All worlds in which the next packet is for one of the keys: each attached program has looked up where it counts. */
    List<Kernel> packetBegins() {
        List<Kernel> after = new ArrayList<>();
        Set<List<Integer>> targets = new HashSet<>();
        int most = links.entries().values().stream()
                .mapToInt(program -> program.outers().stream()
                        .mapToInt(outer -> map(outer).slots().size())
                        .sum())
                .max()
                .orElse(0);
        for (int choice = 0; choice < most; choice++) {
            Kernel kernel = new Kernel(this);
            kernel.packets--;
            List<Integer> targetsOfAll = new ArrayList<>();
            int rank = 0;
            for (int link : new TreeSet<>(links.keys())) {
                int target = target(Objects.requireNonNull(links.get(link)), choice);
                targetsOfAll.add(target);
                if (rank == MOST_LINKS) {
                    throw new Violation("more links than the model can number");
                }
                if (target != 0) {
                    kernel.runs = kernel.runs.with(new Run(1 << (packets * MOST_LINKS - ++rank), target), true);
                }
            }
            if (targets.add(targetsOfAll)) {
                after.add(kernel);
            }
        }
        return after;
    }

    /** The map in which a program counts a packet, or 0 if it does not count it. */
    private int target(Program program, int choice) {
        int rest = choice;
        for (int outer : program.outers()) {
            BpfMap map = map(outer);
            if (rest < map.slots().size()) {
                int inner = map.slots().get(rest);
                if (inner == 0 && map.table() == 0) {
                    throw new Violation("a program found no inner map");
                }
                return inner != 0 ? inner : map.table() > 0 ? map.table() : 0;
            }
            rest -= map.slots().size();
        }
        return 0;
    }

    void packetWrites(Run run) {
        if (drained.has(run.map())) {
            throw new Violation("map " + run.map() + " was written after it was handed out as exact");
        }
        BpfMap map = map(run.map());
        runs = runs.without(run);
        maps = maps.with(run.map(), new BpfMap(map.layout(), map.items() | run.item(), map.slots(), map.table()));
        counted |= run.item();
    }

    // ---- the same world with other numbers

    /** The ids in the names of waiting maps and of groups. */
    private static final Pattern NAMED = Pattern.compile("(?<=(?:/|^)[0-9]-|-draining-|-retired-)[0-9]+(?=$|/)");

    /** The texts and numbers of each path that was renamed: there are few, in millions of states. */
    private static final Map<String, List<Object>> PARTS = new ConcurrentHashMap<>();

    /** When no process lives: forgets what nobody can reach, and numbers maps, links, inodes and times anew, so that more worlds are equal. */
    void renumber() {
        Set<Integer> reachable = new HashSet<>(maps.keys());
        Set<Integer> pinned = files.entries().values().stream()
                .filter(node -> node instanceof Pin pin && !pin.isLink())
                .map(node -> ((Pin) node).id())
                .collect(toSet());
        Set<Integer> used = new HashSet<>(pinned);
        runs.keys().forEach(run -> used.add(run.map()));
        links.entries().values().forEach(program -> used.addAll(program.outers()));
        for (int id : List.copyOf(used)) {
            used.addAll(map(id).slots());
            if (!map(id).slots().isEmpty()) { // a text does not keep its map
                used.add(map(id).table());
            }
        }
        reachable.retainAll(used);

        Map<Integer, String> firstPath = new HashMap<>();
        for (String path : new TreeSet<>(files.keys())) {
            if (files.get(path) instanceof Pin pin && !pin.isLink()) {
                firstPath.putIfAbsent(pin.id(), renamed(path, number -> ""));
            }
        }
        Map<Integer, Integer> numbers = new HashMap<>(Map.of(0, 0, FOREIGN, FOREIGN, NOT_COUNTED, NOT_COUNTED));
        reachable.stream()
                .filter(id -> id > 0)
                .sorted((one, other) -> {
                    int byPath = firstPath.getOrDefault(one, "~").compareTo(firstPath.getOrDefault(other, "~"));
                    return byPath != 0 ? byPath : Integer.compare(one, other);
                })
                .forEach(id -> numbers.put(id, numbers.size()));
        // Outer maps that were replaced live on in names only.
        TreeSet<Integer> onlyNames = new TreeSet<>();
        files.keys()
                .forEach(path -> renamed(path, id -> {
                    if (!numbers.containsKey(id)) {
                        onlyNames.add(id);
                    }
                    return "";
                }));
        onlyNames.forEach(id -> numbers.put(id, 900 + numbers.size()));
        TreeMap<Integer, Integer> times = new TreeMap<>();
        files.entries().values().forEach(node -> times.put(node instanceof Pin pin ? pin.time() : 0, 0));
        int time = 0;
        for (int old : List.copyOf(times.keySet())) {
            times.put(old, old == 0 ? 0 : ++time);
        }
        Map<Integer, Integer> linkNumbers = new HashMap<>();
        new TreeSet<>(links.keys()).forEach(link -> linkNumbers.put(link, linkNumbers.size() + 1));

        Set<Identity> waiting = new HashSet<>();
        files.entries().forEach((path, node) -> {
            if (node instanceof Pin pin) {
                waiting.add(new Identity(path.substring(path.lastIndexOf('/') + 1), pin.time()));
            }
        });
        int past = 0;
        Map<Identity, Integer> remaining = new HashMap<>();
        for (Map.Entry<Identity, Integer> entry : stored.entries().entrySet()) {
            if (waiting.contains(entry.getKey())) {
                remaining.put(
                        new Identity(
                                renamed(entry.getKey().name(), numbers),
                                Objects.requireNonNull(times.get(entry.getKey().time()))),
                        entry.getValue());
            } else if ((past & entry.getValue()) != 0) {
                throw new Violation("a count was stored twice");
            } else {
                past |= entry.getValue();
            }
        }
        remaining.put(new Identity("past", -1), past);
        stored = Table.of(remaining);

        Map<String, Node> newFiles = new HashMap<>();
        Map<Integer, Integer> inodes = new HashMap<>();
        for (String path : new TreeSet<>(files.keys())) {
            Node node = Objects.requireNonNull(files.get(path));
            int old = node.inode();
            Integer inode = old < 0 ? old : inodes.computeIfAbsent(old, key -> inodes.size() + 1);
            Node renumbered = node instanceof Pin pin
                    ? new Pin(
                            inode,
                            pin.isLink(),
                            Objects.requireNonNull((pin.isLink() ? linkNumbers : numbers).get(pin.id())),
                            Objects.requireNonNull(times.get(pin.time())))
                    : node instanceof Directory ? new Directory(inode) : new SymbolicLink(inode);
            newFiles.put(renamed(path, numbers), renumbered);
        }
        files = Table.of(newFiles);
        maps = Table.of(reachable.stream().collect(toMap(numbers::get, id -> {
            BpfMap map = map(id);
            return new BpfMap(
                    map.layout(),
                    map.items(),
                    map.slots().stream().map(numbers::get).toList(),
                    numbers.getOrDefault(map.table(), 0));
        })));
        links = Table.of(links.keys().stream().collect(toMap(linkNumbers::get, link -> {
            Program program = Objects.requireNonNull(links.get(link));
            return new Program(
                    program.layout(),
                    program.outers().stream().map(numbers::get).toList());
        })));
        runs = Table.of(runs.keys().stream()
                .collect(toMap(
                        run -> new Run(run.item(), Objects.requireNonNull(numbers.get(run.map()))),
                        run -> Boolean.TRUE)));
        drained = Table.of(
                drained.keys().stream().filter(reachable::contains).collect(toMap(numbers::get, id -> Boolean.TRUE)));
        held = new Table<>();
        loaded = new Table<>();
        locks = new Table<>();
        ids = new int[PROCESSES];
    }

    private static String renamed(String path, Map<Integer, Integer> numbers) {
        return renamed(path, number -> String.valueOf(numbers.getOrDefault(number, 999)));
    }

    /** Replaces the numbers of maps in the names of a path. */
    private static String renamed(String path, IntFunction<String> names) {
        List<Object> parts = PARTS.computeIfAbsent(path, Kernel::parts);
        StringBuilder renamed = new StringBuilder();
        for (Object part : parts) {
            renamed.append(part instanceof Integer number ? names.apply(number) : part);
        }
        return renamed.toString();
    }

    private static List<Object> parts(String path) {
        List<Object> parts = new ArrayList<>();
        int end = 0;
        for (MatchResult number : NAMED.matcher(path).results().toList()) {
            parts.add(path.substring(end, number.start()));
            parts.add(Integer.valueOf(number.group()));
            end = number.end();
        }
        parts.add(path.substring(end));
        return parts;
    }

    int storedItems() {
        int items = 0;
        for (int more : stored.entries().values()) {
            if ((items & more) != 0) {
                throw new Violation("a count was stored twice");
            }
            items |= more;
        }
        return items;
    }

    @Override
    public String toString() {
        return new TreeMap<>(files.entries()) + " maps " + new TreeMap<>(maps.entries()) + " links " + links.entries()
                + " runs " + runs.keys() + " stored " + stored.entries() + " counted " + counted + " ids "
                + Arrays.toString(ids);
    }
}
