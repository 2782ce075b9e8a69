/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files between the two threads of a shipper: one takes maps out, writes them to a file and acknowledges them; the other sends the files.
 *
 * <table>
 * <caption>States of a map</caption>
 * <tr><th>pin</th><th>file</th><th>what a new process does</th></tr>
 * <tr><td>yes</td><td>no, or only {@code writing}</td><td>deletes {@code writing}; the map waits</td></tr>
 * <tr><td>yes</td><td>yes, the newest one</td><td>acknowledges the map</td></tr>
 * <tr><td>no</td><td>yes</td><td>sends the file with its marker, unless a marker shows that it is in Kafka; then deletes it</td></tr>
 * </table>
 *
 * <p>Each process writes a <em>series</em> of its own, with a random number, whose messages have the numbers 1, 2, 3, ... when they are written.
 * So a message has the same number whenever and by whomever it is sent, from a copy of the directory too. If counts are missing, the next number
 * is left out: a damaged file has numbers that nobody sends, and where no number would show it, {@link #missing} leaves one out. The first file of a
 * series names the previous series of the directory, so that a series that nobody continues or ends shows that the rest of it is missing.
 *
 * <p>The newest file stays until the next one is written. It has the ids of the maps that were in slots: if the next process does not find one of
 * them, counts are missing.
 */
final class Spool implements AutoCloseable {
    private static final String WRITING = "writing";
    private static final String DAMAGED = ".damaged";

    private final Path path;
    private final long mostBytes;
    private final String shipper;
    private final UUID boot;
    private final ShipperStatisticsRecorder progress;
    private final UUID series = UUID.randomUUID();
    private @Nullable FileChannel lock;

    /** The files to send, oldest first. */
    private final Deque<SpoolFile> files = new ArrayDeque<>();

    /** Damaged files, which get another name when a number shows that their counts are missing. */
    private final List<Path> damaged = new ArrayList<>();

    /** The newest file; null if there is none, or if it is damaged. */
    private @Nullable SpoolFile newest;

    private long sequence;
    private long number;

    /** How often counts were found missing that no number shows yet. */
    private int missing;

    /** The newest file of the previous process; null if there is none. */
    private SpoolFile.@Nullable Name previous;

    /** Whether all maps in files are acknowledged. No file is sent or written before. */
    private boolean isAcknowledged;

    private boolean isClosed;

    /** The files whose name says that they are damaged. The others get this name with the next file, so they must not keep it away. */
    private List<Path> renamed = new ArrayList<>();

    /** A file that is not in the spool, but could not be deleted. */
    private @Nullable Path leftover;

    /**
     * @param shipper the transactional id
     * @param boot the current boot
     * @param progress receives the number of bytes to send, after each change
     */
    Spool(ShipperOptions.SpoolDirectory directory, String shipper, UUID boot, ShipperStatisticsRecorder progress) {
        this.path = directory.path().toAbsolutePath();
        this.mostBytes = directory.mostBytes();
        this.shipper = shipper;
        this.boot = boot;
        this.progress = progress;
    }

    /**
     * Opens the directory, or creates it.
     *
     * @throws ShippingException if the directory can't be used, or if another process or shipper uses it
     */
    synchronized void open() {
        if (lock != null) {
            return;
        }
        try {
            create(path);
            String type = fileSystem();
            if (type.endsWith("tmpfs") || type.equals("ramfs")) {
                ShipperLog.warn(
                        "the spool " + path + " is in memory (" + type
                                + "), so that a reboot deletes counts that are not in Kafka. Name a directory on a disk with withSpool",
                        null);
            }
            FileChannel acquired = SpoolLock.acquire(path);
            try {
                read();
            } catch (IOException | RuntimeException e) {
                files.clear();
                damaged.clear();
                acquired.close();
                throw e;
            }
            lock = acquired;
            notifyAll();
        } catch (IOException e) {
            throw failed("can't be opened", e);
        }
    }

    private String fileSystem() {
        try {
            return Files.getFileStore(path).type();
        } catch (IOException e) { // such as "Mount point not found" in a chroot: the directory may be good
            return "";
        }
    }

    private static void create(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            Path parent = Objects.requireNonNull(directory.getParent(), "the root exists");
            create(parent);
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            sync(parent);
        }
    }

    private void read() throws IOException {
        Files.deleteIfExists(path.resolve(WRITING));
        // A process that was killed may have left names that are in memory only.
        sync(path);
        List<Path> all;
        try (Stream<Path> found = Files.list(path)) {
            all = found.filter(each -> !isOther(each)).sorted().toList();
        }
        for (Path each : all) {
            if (SpoolFile.Name.of(each) == null) {
                throw SpoolFile.otherVersion(each);
            }
        }
        isAcknowledged = all.isEmpty();
        newest = null;
        missing = 0;
        Map<Path, SpoolFile.DamagedException> problems = new LinkedHashMap<>();
        for (Path each : all) {
            SpoolFile.Name name = Objects.requireNonNull(SpoolFile.Name.of(each));
            previous = name;
            boolean isNewest = each.equals(all.get(all.size() - 1));
            sequence = name.sequence();
            if (name.messages() == 0 && !isNewest) {
                delete(each);
                continue;
            }
            try {
                SpoolFile file = SpoolFile.open(each, name);
                if (isNewest) {
                    file.requireUndamaged(); // the maps that it names are acknowledged
                    newest = file;
                }
                if (name.messages() > 0) {
                    requireOwn(file);
                    files.add(file);
                }
            } catch (SpoolFile.DamagedException e) {
                problems.put(each, e);
            }
        }
        problems.forEach(this::setAside);
        missing += newest == null && !all.isEmpty() ? 1 : 0;
        try (Stream<Path> found = Files.list(path)) {
            renamed = found.filter(each -> each.toString().endsWith(DAMAGED))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
        report();
    }

    /**
     * Whether something in the directory has no counts to send: such as lost+found, if the directory is the root of a disk. A file of any version has its
     * series in its name.
     */
    private static boolean isOther(Path path) {
        String name = String.valueOf(path.getFileName());
        boolean isForeign = !name.matches(".*" + RowPosition.SERIES + ".*");
        if (isForeign && !name.equals(SpoolLock.FILE) && !Files.isDirectory(path)) {
            ShipperLog.warn(
                    path + " is not a file of a shipper, so the shipper ignores it: move it to another directory",
                    null);
        }
        return isForeign || name.endsWith(DAMAGED);
    }

    private void requireOwn(SpoolFile file) throws IOException {
        if (!file.head().shipper().equals(shipper)) {
            file.requireUndamaged();
            throw new ShippingException(
                    "the spool " + file.path().getParent() + " has counts of the shipper "
                            + file.head().shipper() + ", and this one is " + shipper
                            + ". If this machine or shipper was renamed, use the previous name until the spool is empty. If the directory was copied"
                            + " from another machine, move its files to another directory, because that machine sends these counts itself");
        }
    }

    /** Returns the number of bytes to send. */
    synchronized long bytes() {
        return files.stream().mapToLong(SpoolFile::size).sum();
    }

    /** Reports the size of all files that are not in Kafka. Somebody may have deleted damaged ones. */
    synchronized void report() {
        renamed.removeIf(Files::notExists);
        progress.spooled(bytes() + size(renamed) + size(damaged));
    }

    private static long size(List<Path> files) {
        return files.stream().mapToLong(each -> each.toFile().length()).sum();
    }

    /** Returns whether there are damaged files, whose counts are not in Kafka. */
    synchronized boolean hasDamaged() {
        report();
        return !renamed.isEmpty() || !damaged.isEmpty();
    }

    /** Returns what the last process has written last; null if there is nothing, or if it is damaged. */
    synchronized @Nullable SpoolFile newest() {
        return newest;
    }

    /** Returns the last file of the previous process, until a file of this one names it; null if there is none. */
    synchronized SpoolFile.@Nullable Name previous() {
        return number == 0 ? previous : null;
    }

    /** Leaves a number out before the next row: counts are missing. */
    synchronized void missing() {
        missing++;
        progress.inexact(1);
    }

    /** Says that all maps in files are acknowledged. Now these may be sent. */
    synchronized void acknowledged() {
        isAcknowledged = true;
        notifyAll();
    }

    /** Returns the number of the last file. */
    synchronized long sequence() {
        return sequence;
    }

    /**
     * Appends a file. It is on the disk when this method returns, and not in the spool if it throws. It is sent after {@link #acknowledged}.
     *
     * @param contents the rows of maps, and a last one without counts
     * @param others the ids of all other maps that are in slots or wait, and of which the next process has to find each
     * @param isEnd whether the user has ended what counts
     * @throws ShippingException if the spool or its disk is full, or if the disk fails
     */
    void append(List<RowWriter.Rows> contents, Set<Integer> others, boolean isEnd) {
        int messages = contents.stream().mapToInt(each -> each.number()).reduce(0, Math::addExact);
        long bytes = contents.stream().mapToLong(each -> each.bytes()).sum();
        int maps = SpoolFile.entries(contents).size();
        boolean losesCounts = contents.stream().anyMatch(RowWriter.Rows::isMissing);
        SpoolFile.Name name;
        SpoolFile.Head head;
        int missingBefore;
        int damagedBefore;
        synchronized (this) { // what the other thread finds missing from now on, the next file shows
            missingBefore = missing;
            damagedBefore = damaged.size();
            boolean leavesOut = missing > 0 || losesCounts;
            name = new SpoolFile.Name(sequence + 1, series, number + (leavesOut ? 2 : 1), messages, maps);
            head = new SpoolFile.Head(
                    shipper,
                    boot,
                    isEnd,
                    contents.stream().mapToLong(each -> each.entries()).sum(),
                    bytes,
                    (int) contents.stream().filter(each -> !each.exact()).count());
        }
        Path writing = path.resolve(WRITING);
        Path to = path.resolve(name.toString());
        try {
            deleteLeftover();
            requireRoom(bytes, maps); // without the work for the disk: each try would repeat it
            leftover = to;
            SpoolFile.write(writing, head, contents, others);
            requireRoom(Files.size(writing), maps);
            move(writing, to);
            sync(path);
            added(SpoolFile.open(to, name), missingBefore, damagedBefore);
        } catch (IOException | RuntimeException e) {
            try {
                deleteLeftover();
            } catch (IOException other) {
                e.addSuppressed(other); // tried again before anything is written
            }
            throw e instanceof IOException failure ? failed("can't be written", failure) : (RuntimeException) e;
        }
    }

    private synchronized void added(SpoolFile file, int missingBefore, int damagedBefore) {
        SpoolFile before = newest;
        isAcknowledged = false;
        files.add(file);
        number = file.name().last();
        missing -= missingBefore; // its number shows them
        newest = file;
        leftover = null;
        sequence = file.name().sequence();
        List<Path> seen = damaged.subList(0, damagedBefore);
        seen.forEach(this::rename);
        seen.clear();
        report();
        if (before != null && before.name().messages() == 0) {
            delete(before.path());
        }
    }

    private synchronized void requireRoom(long more, int maps) throws IOException {
        renamed.removeIf(Files::notExists);
        long unusable = size(renamed);
        long needed = bytes() + more + unusable;
        if (needed > mostBytes) {
            throw new ShippingException("the spool " + path + " is full: with the next " + maps + " maps it would have "
                    + needed + " bytes, and may have " + mostBytes
                    + ". A reboot now loses all newer counts. Bring Kafka back, or raise the limit of withSpool"
                    + (unusable == 0
                            ? ""
                            : ". " + unusable + " bytes are in damaged files (*" + DAMAGED
                                    + "), which nobody sends: move them to another directory"));
        }
    }

    private void deleteLeftover() throws IOException {
        if (leftover != null) {
            Files.deleteIfExists(path.resolve(WRITING));
            Files.deleteIfExists(leftover);
            sync(path); // otherwise the file could return after a power loss, when its maps are in another one
            leftover = null;
        }
    }

    /** Removes the files that the markers show as committed. Called for each new producer, before it sends anything. */
    synchronized void resolve(Map<UUID, CommitMarker> markers) {
        for (SpoolFile file : List.copyOf(files)) {
            CommitMarker marker = markers.get(file.name().series());
            if (marker != null && marker.number() >= file.name().last()) {
                ShipperLog.debug(file.path() + " is in Kafka already", null);
                if (file.name().series().equals(series)) { // the answer to the commit of this process was lost
                    progress.committed(file);
                }
                forget(file);
            }
        }
    }

    /** Returns the series of which there are files to send, or may be. */
    synchronized Set<UUID> series() {
        return Stream.concat(
                        Stream.of(series),
                        files.stream().map(file -> file.name().series()))
                .collect(Collectors.toSet());
    }

    /** Returns whether the newest file waits, and has no counts. */
    synchronized boolean hasStatusToSend() {
        SpoolFile last = files.peekLast();
        return last != null && last.equals(newest) && last.name().maps() == 0;
    }

    /** Waits for a file to send. Returns null if the spool is closed. */
    synchronized @Nullable SpoolFile awaitFile() throws InterruptedException {
        while (!isClosed && (!isAcknowledged || files.isEmpty())) {
            wait();
        }
        return isClosed ? null : files.peek();
    }

    /** Waits until the spool is open. Returns false if it is closed. */
    synchronized boolean awaitOpen() throws InterruptedException {
        while (!isClosed && lock == null) {
            wait();
        }
        return !isClosed;
    }

    /** Returns the sequence of the first file that is not in Kafka. */
    synchronized long firstUnsent() {
        SpoolFile first = files.peek();
        return first == null ? Long.MAX_VALUE : first.name().sequence();
    }

    /** Removes a committed file. If the disk fails, its marker shows the next process that it is committed. */
    synchronized void remove(SpoolFile file) {
        progress.committed(file);
        forget(file);
    }

    private void forget(SpoolFile file) {
        files.remove(file);
        report();
        if (!file.equals(newest)) {
            delete(file.path());
            return;
        }
        SpoolFile.Name sent = file.name().sent();
        Path to = path.resolve(sent.toString());
        if (attempt("is in Kafka, and can't be renamed", file.path(), from -> move(from, to))) {
            newest = new SpoolFile(to, sent, file.head(), file.size());
        }
    }

    /** Something that is done with a file. */
    private interface Action {
        void run(Path file) throws IOException;
    }

    /** Returns whether it was done; otherwise, logs why not. */
    private static boolean attempt(String problem, Path file, Action action) {
        try {
            action.run(file);
            return true;
        } catch (IOException e) {
            ShipperLog.warn(file + " " + problem, e);
            return false;
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void delete(Path file) {
        attempt("is in Kafka, and can't be deleted", file, Files::deleteIfExists);
    }

    /** Continues without a damaged file, which stays for an examination. */
    synchronized void setAside(SpoolFile file, SpoolFile.DamagedException problem) {
        files.remove(file);
        setAside(file.path(), problem);
        report();
    }

    private void setAside(Path file, SpoolFile.DamagedException problem) {
        SpoolFile.Name name = Objects.requireNonNull(SpoolFile.Name.of(file), "it has the name of a file");
        String what = name.messages() == 0 ? ". Counts may be missing in Kafka" : ". Its counts are not in Kafka";
        ShipperLog.warn(problem.getMessage() + what + ", and its name will be " + file + DAMAGED, null);
        progress.inexact(name.messages() == 0 ? 1 : Math.max(1, name.maps()));
        damaged.add(file);
        // Later rows of the same series show that its numbers are missing.
        boolean isShown = name.series().equals(series)
                || files.stream()
                        .anyMatch(each -> each.name().series().equals(name.series())
                                && each.name().sequence() > name.sequence());
        missing += isShown ? 0 : 1;
    }

    private void rename(Path file) {
        attempt("is damaged, and can't be renamed", file, from -> {
            Path to = Path.of(from + DAMAGED);
            move(from, to);
            renamed.add(to);
        });
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    private ShippingException failed(String what, IOException cause) {
        return new ShippingException(
                "the spool " + path + " " + what + " (" + cause.getMessage()
                        + "): correct the disk, the rights of this process, or withSpool",
                cause);
    }

    /** Ends the waits of the thread that sends. */
    synchronized void stop() {
        isClosed = true;
        notifyAll();
    }

    @Override
    public synchronized void close() {
        stop();
        FileChannel held = lock;
        if (held != null) {
            attempt("can't be unlocked", path, any -> held.close());
        }
    }
}
