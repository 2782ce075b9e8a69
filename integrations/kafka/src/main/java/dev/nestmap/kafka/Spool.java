/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A directory with the messages of maps that were taken out while Kafka could not be reached. They survive a reboot, which deletes the maps.
 *
 * <table>
 * <caption>States of a map</caption>
 * <tr><th>pin</th><th>file</th><th>what a new process does</th></tr>
 * <tr><td>yes</td><td>no, or only {@code writing}</td><td>deletes {@code writing}; the map waits</td></tr>
 * <tr><td>yes</td><td>yes</td><td>acknowledges the map</td></tr>
 * <tr><td>no</td><td>yes</td><td>sends the file with its marker, unless a marker shows that it is committed; then deletes it</td></tr>
 * </table>
 *
 * <p>Each process writes a <em>segment</em> of its own: files with a random number, and the numbers 1, 2, 3, ..., which are sent in this order.
 * The last marker of a segment has the number of its last committed file. So a copy of the directory, on a clone or from a backup, sends no
 * file again: nobody adds other files to a segment than the process that began it.
 *
 * <p>Only the shipper's thread uses this class.
 */
final class Spool implements AutoCloseable {
    private static final String WRITING = "writing";

    /** The size at which a file is complete. Kafka may reject a longer transaction. */
    private static final long FILE_BYTES = 1 << 20;

    private final Path directory;
    private final long mostBytes;
    private final String shipper;
    private final SpoolLock lock;
    private final ShipperStatisticsRecorder progress;
    private final UUID segment = UUID.randomUUID();
    private final List<SpoolFile> files = new ArrayList<>();

    /**
     * All markers that were found. Those of transactions with maps name maps of the spool if their outcome was not known when the file was written.
     * They are not replaced before the spool is empty.
     */
    private final Map<MarkerKey, CommitMarker> markers = new HashMap<>();

    private final Set<CommitMarker.Entry> lastMaps = new HashSet<>();
    private int lastNumber;

    /** A file that is not in the spool, but could not be deleted. */
    private @Nullable Path leftover;

    private Spool(Path directory, long mostBytes, String shipper, SpoolLock lock, ShipperStatisticsRecorder progress) {
        this.directory = directory;
        this.mostBytes = mostBytes;
        this.shipper = shipper;
        this.lock = lock;
        this.progress = progress;
    }

    /**
     * Opens a spool, or creates it.
     *
     * @param shipper the transactional id
     * @param boot the current boot
     * @param progress receives the number of bytes in the spool, after each change
     * @throws ShippingException if the directory can't be used, or if another process or shipper uses it
     */
    static Spool open(
            ShipperOptions.SpoolDirectory option, String shipper, UUID boot, ShipperStatisticsRecorder progress) {
        Path directory = option.path().toAbsolutePath();
        try {
            create(directory);
            SpoolLock lock = SpoolLock.acquire(directory);
            try {
                Spool spool = new Spool(directory, option.mostBytes(), shipper, lock, progress);
                spool.open();
                spool.findLastMaps(boot);
                return spool;
            } catch (Throwable e) { // even after an Error, another shipper may open it
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed("can't be opened", directory, e);
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
        String type = Files.getFileStore(directory).type();
        if (type.endsWith("tmpfs") || type.equals("ramfs")) {
            throw new ShippingException("the spool " + directory + " is in memory (" + type
                    + "), so that a reboot deletes it: name a directory on a disk with withSpool");
        }
    }

    private void open() throws IOException {
        Files.deleteIfExists(directory.resolve(WRITING));
        // A process that was killed may have left names that are in memory only.
        sync(directory);
        try (Stream<Path> all = Files.list(directory)) {
            for (Path path : all.filter(SpoolFile::isName).sorted().toList()) {
                add(path);
            }
        }
        // A clock may have been set back, so only the numbers order a segment.
        Map<UUID, Instant> began = new HashMap<>();
        files.forEach(file -> began.putIfAbsent(file.segment(), file.firstTakenOut()));
        files.sort(Comparator.comparing((SpoolFile file) -> began.getOrDefault(file.segment(), Instant.EPOCH))
                .thenComparing(SpoolFile::segment)
                .thenComparingInt(SpoolFile::number));
        progress.spooled(bytes());
    }

    private void add(Path path) throws IOException {
        try {
            SpoolFile file = SpoolFile.open(path);
            if (!file.shipper().equals(shipper)) {
                file.requireUndamaged();
                throw new ShippingException("the spool " + directory + " has counts of the shipper " + file.shipper()
                        + ", and this one is " + shipper
                        + ". If this machine or shipper was renamed, use the previous name until"
                        + " the spool is empty. If the directory is a copy from another machine, which sends these counts itself,"
                        + " delete the copy");
            }
            files.add(file);
        } catch (SpoolFile.DamagedException e) {
            setAside(path, e);
        }
    }

    /** Returns the number of bytes in the spool. */
    long bytes() {
        return files.stream().mapToLong(SpoolFile::size).sum();
    }

    private void findLastMaps(UUID boot) throws IOException {
        Map<UUID, SpoolFile> last = new HashMap<>();
        files.stream().filter(file -> file.boot().equals(boot)).forEach(file -> last.put(file.segment(), file));
        for (SpoolFile file : last.values()) {
            try {
                file.requireUndamaged(); // first: the maps that it names are acknowledged
                lastMaps.addAll(file.readMaps());
            } catch (SpoolFile.DamagedException e) {
                setAside(file, e);
            }
        }
    }

    /**
     * Returns the maps that an earlier process may have written to the spool and not acknowledged: no process writes another file before it has
     * acknowledged them.
     */
    Set<CommitMarker.Entry> lastMaps() {
        return lastMaps;
    }

    /** Reads the first of these maps, as many as belong into one file. */
    List<SpoolFile.Content> nextFile(List<UnshippedMap> maps, PartWriter writer) {
        PartPosition anywhere = new PartPosition(shipper, segment, 0); // replaced when they are sent
        List<SpoolFile.Content> contents = new ArrayList<>();
        long size = 0;
        for (UnshippedMap map : maps) {
            SpoolFile.Content content = new SpoolFile.Content(map, writer.write(map, anywhere));
            contents.add(content);
            size += content.bytes();
            if (size >= FILE_BYTES) {
                break;
            }
        }
        return contents;
    }

    /**
     * Appends a file. It is on the disk when this method returns, and not in the spool if it throws.
     *
     * @throws ShippingException if the spool or its disk is full, or if the disk fails
     */
    void append(List<SpoolFile.Content> contents, byte[] layoutText) {
        Path writing = directory.resolve(WRITING);
        Path path = directory.resolve(SpoolFile.name(segment, lastNumber + 1));
        long before = bytes();
        try {
            deleteLeftover();
            // Without the work for the disk: each try would repeat it.
            requireRoom(
                    before
                            + contents.stream()
                                    .mapToLong(SpoolFile.Content::bytes)
                                    .sum(),
                    contents);
            leftover = path;
            SpoolFile.write(writing, shipper, layoutText, contents);
            long sum = before + Files.size(writing);
            requireRoom(sum, contents);
            Files.move(writing, path, StandardCopyOption.ATOMIC_MOVE);
            sync(directory);
            SpoolFile file = SpoolFile.open(path);
            progress.spooled(sum);
            files.add(file);
            leftover =
                    null; // last: even after an Error, the file is in the spool, or is deleted before anything is sent
            lastNumber++;
        } catch (IOException | RuntimeException e) {
            try {
                deleteLeftover();
            } catch (IOException other) {
                e.addSuppressed(other); // tried again before anything is sent or written
            }
            throw e instanceof IOException failure
                    ? failed("can't be written", directory, failure)
                    : (RuntimeException) e;
        }
    }

    private void requireRoom(long sum, List<SpoolFile.Content> next) {
        if (sum > mostBytes) {
            throw new ShippingException(
                    "the spool " + directory + " is full: with the next " + next.size()
                            + " maps it would have " + sum + " bytes, and may have " + mostBytes
                            + ". A reboot now loses the counts that are not in it. Bring Kafka back, or raise the limit of withSpool");
        }
    }

    private void deleteLeftover() throws IOException {
        if (leftover != null) {
            Files.deleteIfExists(directory.resolve(WRITING));
            Files.deleteIfExists(leftover);
            sync(directory); // otherwise the file could return after a power loss, when its maps are in another one
            leftover = null;
        }
    }

    /**
     * Removes the files that the markers show as committed. Called for each new producer, before it sends anything.
     *
     * @throws ShippingException if the disk fails. The markers are not forgotten
     */
    void resolve(LastMarkers found) {
        if (files.isEmpty()) {
            markers.clear();
        }
        markers.putAll(found.byKey()); // first: a later reading does not find old ones again
        try {
            deleteLeftover();
        } catch (IOException e) {
            throw failed("can't be written", directory, e);
        }
        for (SpoolFile file : List.copyOf(files)) {
            CommitMarker marker = markers.get(file.markerKey());
            if (marker != null) {
                marker.maps().stream()
                        .max(Comparator.comparingInt(CommitMarker.Entry::id))
                        .ifPresent(last -> removeIfCommitted(file, last));
            }
        }
    }

    private void removeIfCommitted(SpoolFile file, CommitMarker.Entry last) {
        if (last.id() == file.number() && !last.equals(file.markerEntry())) {
            setAside(
                    file,
                    new SpoolFile.DamagedException(
                            file.path(),
                            "another file with its name is in Kafka, sent by a copy of this machine from a snapshot"));
        } else if (last.id() >= file.number()) {
            ShipperLog.log(System.Logger.Level.INFO, file.path() + " is in Kafka already, and is deleted", null);
            remove(file);
        }
    }

    /** Returns the next file to send; null if the spool is empty. */
    @Nullable
    SpoolFile first() {
        return files.isEmpty() ? null : files.get(0);
    }

    /**
     * Passes the messages of a file, except those that are in Kafka already.
     *
     * @param after the position of the previous message
     * @param receiver receives each message, with its headers
     * @throws ShippingException if the file can't be read. If it is damaged, it is set aside
     */
    TransactionalProducer.Sent read(SpoolFile file, PartPosition after, BiConsumer<byte[], List<Header>> receiver) {
        try {
            LastMarkers found = new LastMarkers(markers, null);
            return file.readMessages(map -> found.name(file.boot(), map), after, receiver);
        } catch (SpoolFile.DamagedException e) {
            setAside(file, e);
            throw new ShippingException(e.getMessage() + ", and is set aside", e);
        } catch (IOException e) {
            throw failed("can't be read", directory, e);
        }
    }

    /** Removes a committed file. If the disk fails, its marker shows the next process that it is committed. */
    void remove(SpoolFile file) {
        forget(file);
        try {
            Files.deleteIfExists(file.path());
        } catch (IOException e) {
            ShipperLog.log(System.Logger.Level.WARNING, file.path() + " is in Kafka, and can't be deleted", e);
        }
    }

    /** Renames a damaged file, so that it stays for an examination, and does not hold up the others. */
    private void setAside(SpoolFile file, SpoolFile.DamagedException problem) {
        forget(file);
        setAside(file.path(), problem);
    }

    private void setAside(Path path, SpoolFile.DamagedException problem) {
        Path aside = path.resolveSibling(path.getFileName() + ".damaged");
        ShipperLog.log(
                System.Logger.Level.WARNING,
                problem.getMessage() + ". Its counts are not in Kafka, and it is now " + aside,
                null);
        progress.inexact(1);
        try {
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("can't be written", directory, e);
        }
    }

    private void forget(SpoolFile file) {
        files.remove(file);
        progress.spooled(bytes());
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    private static ShippingException failed(String what, Path directory, IOException cause) {
        return new ShippingException(
                "the spool " + directory + " " + what + " (" + cause.getMessage()
                        + "): correct the disk, the rights of this process, or withSpool",
                cause);
    }

    @Override
    public void close() {
        lock.close();
    }
}
