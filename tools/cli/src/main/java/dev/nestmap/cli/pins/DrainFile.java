/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.schema.LockHolder;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.text.SchemaTextNames;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file with a line for each saved map, which begins with the identity of the map. A process that was killed leaves at most one incomplete
 * line at the end, which the next one removes: its map was not acknowledged, and comes again.
 */
final class DrainFile implements AutoCloseable {
    /** The format of the lines: another number when a reader of this one would misread them. A new member is no new format. */
    static final int FORMAT = 1;

    /** {@code linux/stat.h}. */
    private static final int S_ISVTX = 01000;

    private static final int S_IWGRP = 0020;
    private static final int S_IWOTH = 0002;

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private static final String BEGIN = "{\"identity\":";

    private static final String PIN = ",\"pin\":";
    private static final String PIN_END = ",\"map\":";

    /** No identity is longer. */
    private static final int MOST_HEAD = 1024;

    /** How much of a removed line a message shows. */
    private static final int SHOWN_HEAD = 200;

    private final Path path;
    private final FileChannel channel;

    /**
     * The boot, the id and the time of each saved map, of a plain map the checksum instead, in the order of their last lines. They identify it
     * whatever name of the machine a repeated command passes.
     */
    private final Set<String> maps = new LinkedHashSet<>();

    /** The pins in the lines, as JSON. */
    private final Set<String> pins = new HashSet<>();

    /** The maps whose lines may not be on the disk. */
    private final List<String> unsafe = new ArrayList<>();

    private @Nullable String removed;

    /** The size of the file without these lines. */
    private long safeSize;

    private DrainFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a file, or creates it with the mode of the maps. A process opens a file only once: when it closes any channel of the file, the kernel
     * releases its lock.
     *
     * @throws CommandFailedException if the file has other content, if another command writes to it, or if another user could exchange it
     */
    static DrainFile open(Path named) throws IOException {
        Path path = place(named);
        if (Files.isSymbolicLink(path)) {
            throw new CommandFailedException(SafeText.visible(path.toString())
                    + " is a symbolic link, and could lead to a file of others; name the file itself");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new CommandFailedException(SafeText.visible(path.toString())
                    + " is not a regular file, so counts that are written there could be lost; name a regular file");
        }
        FileChannel channel = FileChannel.open(
                path,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PRIVATE));
        DrainFile file = new DrainFile(path, channel);
        try {
            requireTrusted(path);
            Files.setPosixFilePermissions(path, PRIVATE); // whoever may read a file can lock it, and stop this command
            if (channel.tryLock() == null) {
                throw used(path, LockHolder.of(path, LockHolder.Kind.POSIX));
            }
            file.readLines();
            // The lines of a killed process may be in memory only, and its maps are acknowledged without being written
            // again.
            file.sync();
            file.syncDirectory();
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * The file in its directory, without symbolic links to it. Throws if another user may change the directory, or could exchange it: that user could
     * remove what is saved there after its maps were acknowledged, or let root write to another file.
     */
    private static Path place(Path named) throws IOException {
        Path path = named.toAbsolutePath();
        Path directory = Objects.requireNonNull(path.getParent(), "a file is in a directory")
                .toRealPath();
        for (Path each = directory; each != null; each = each.getParent()) {
            requireTrusted(each);
            int mode = ((Number) Files.getAttribute(each, "unix:mode")).intValue();
            boolean isSticky =
                    (mode & S_ISVTX) != 0 && !each.equals(directory); // then nobody can exchange what is in it
            if ((mode & (S_IWGRP | S_IWOTH)) != 0 && !isSticky) {
                throw untrusted(each, "other users may write to it");
            }
        }
        return directory.resolve(Objects.requireNonNull(path.getFileName(), "a file has a name"));
    }

    /** Throws if a file or directory belongs to another user than root, the user of this process, and the one who has called sudo. */
    private static void requireTrusted(Path file) throws IOException {
        String user = String.valueOf(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        if (!List.of("0", String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid")))
                        .contains(user)
                && !user.equals(System.getenv("SUDO_UID"))) {
            throw untrusted(file, "it belongs to user " + user);
        }
    }

    private static CommandFailedException untrusted(Path file, String why) {
        return new CommandFailedException(SafeText.visible(file.toString())
                + " can be changed by another user, because " + why
                + ". That user could remove what is saved, or let this command write to another file: name a file in a directory that"
                + " only you and root may change, such as one made with mkdir -m 0700");
    }

    /**
     * The failure if the file is locked.
     *
     * @param holder another process; null if it is unknown
     */
    private static CommandFailedException used(Path path, @Nullable LockHolder holder) {
        String file = SafeText.visible(path.toString());
        if (holder == null) {
            return new CommandFailedException("another command writes to " + file + "; wait for its end");
        }
        return new CommandFailedException(
                holder.isShared()
                        ? holder.description() + " reads " + file
                                + ", and has locked it against writers; end it, or name another file"
                        : holder.description() + " writes to " + file + "; wait for its end, or name another file");
    }

    private String shown() {
        return SafeText.visible(path.toString());
    }

    /** Reads which maps have lines. Completes the last line if only its line feed is missing, and removes it if its end is. */
    private void readLines() throws IOException {
        long complete = 0;
        long at = 0;
        JsonEndFinder end = new JsonEndFinder();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
        for (int next = in.read(); next >= 0; next = in.read()) {
            at++;
            end.next(next);
            if (next == '\n') {
                add(mapOfLine(head.toString(StandardCharsets.UTF_8)));
                complete = at;
                head.reset();
                end = new JsonEndFinder();
            } else if (head.size() < MOST_HEAD) {
                head.write(next);
            }
        }
        String rest = head.toString(StandardCharsets.UTF_8);
        if (!rest.startsWith(BEGIN) && !BEGIN.startsWith(rest)) {
            throw foreign();
        }
        if (end.isFound()) { // an editor or a script has removed the line feed, or a process was killed before it
            // wrote it
            add(mapOfLine(rest));
            channel.position(at);
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            complete = at + 1;
        } else if (at > complete) {
            removed = "the last line of " + shown() + " was not complete, and is removed: "
                    + NumberText.of(at - complete, "byte", "bytes") + " that begin with "
                    + SafeText.visible(rest.substring(0, Math.min(rest.length(), SHOWN_HEAD)))
                    + ". A killed command leaves such a line, and the line's map is saved again. If somebody has shortened the file instead,"
                    + " look for a copy of the file";
        }
        channel.truncate(complete);
        channel.position(complete);
        safeSize = complete;
    }

    /** Finds the end of an object of JSON, which is not read into memory. */
    private static final class JsonEndFinder {
        private int depth;
        private boolean isText;
        private boolean isEscaped;
        private boolean hasEnded;
        private boolean isFollowed;

        void next(int character) {
            isFollowed |= hasEnded && character > ' ';
            if (isEscaped) {
                isEscaped = false;
            } else if (isText) {
                isEscaped = character == '\\';
                isText = character != '"';
            } else if (character == '"') {
                isText = true;
            } else if (character == '{' || character == '[') {
                depth++;
            } else if (character == '}' || character == ']') {
                depth--;
                hasEnded |= depth == 0;
            }
        }

        boolean isFound() {
            return hasEnded && !isFollowed;
        }
    }

    /** What was removed from the end of the file when it was opened; null if nothing was. */
    @Nullable
    String removed() {
        return removed;
    }

    private String mapOfLine(String line) {
        int end = line.indexOf("\",\"", BEGIN.length());
        if (!line.startsWith(BEGIN) || end < 0) {
            throw foreign();
        }
        int pin = line.indexOf(PIN, end);
        int pinEnd = line.indexOf(PIN_END, end);
        if (pin > 0 && pinEnd > pin) {
            pins.add(line.substring(pin + PIN.length(), pinEnd));
        }
        return map(line.substring(BEGIN.length(), end));
    }

    /** Returns an identity without the name of the machine. */
    private static String map(String identity) {
        int machineEnd = identity.length();
        for (int part = 0; part < 3; part++) {
            machineEnd = identity.lastIndexOf('/', machineEnd - 1);
        }
        return identity.substring(machineEnd + 1);
    }

    private CommandFailedException foreign() {
        return new CommandFailedException(
                shown() + " has lines that `nestmap drain` did not write, and stays as it is; name another file");
    }

    /** Whether the file has a line for the map that a user names by its pin, for an inner map of it, or for a pin in this directory. It may be gone. */
    boolean hasPin(Path pin) {
        Path path = pin.toAbsolutePath().normalize();
        String inDirectory = SchemaTextNames.quoted(path + "/");
        return Stream.of(path, PinNames.inNow(path))
                        .anyMatch(place -> pins.contains(SchemaTextNames.quoted(place.toString())))
                || pins.stream()
                        .anyMatch(saved -> saved.startsWith(inDirectory.substring(0, inDirectory.length() - 1)));
    }

    /** Whether the file has a line for the map with this identity. */
    boolean contains(String identity) {
        return maps.contains(map(identity));
    }

    /** The identity without the machine in the last line of the map with this boot and id, whatever its content was; null if there is none. */
    @Nullable
    String last(String identity) {
        String map = map(identity);
        String start = map.substring(0, map.lastIndexOf('/') + 1);
        return maps.stream()
                .filter(saved -> saved.startsWith(start))
                .reduce((before, after) -> after)
                .orElse(null);
    }

    private void add(String map) {
        maps.remove(map); // so that it becomes the last one
        maps.add(map);
    }

    /** Writes a line. */
    interface Content {
        /**
         * Passes the line, which ends with a line feed, piece by piece.
         *
         * @return whether to keep it
         */
        boolean write(Consumer<String> out);
    }

    /**
     * Appends a line, which may be larger than the memory. It is not safe before {@link #sync}.
     *
     * @return whether the line was kept
     */
    boolean append(String identity, Content content) throws IOException {
        long start = channel.position();
        boolean isKept = false;
        try {
            // Not Channels.newWriter: if the disk becomes full, it drops the rest of what it was writing, without an
            // error.
            Writer writer = new BufferedWriter(
                    new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8), 1 << 16);
            isKept = content.write(piece -> {
                try {
                    writer.write(piece);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            if (isKept) {
                writer.flush();
            }
        } catch (UncheckedIOException e) {
            throw withoutUnsafeLines(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw withoutUnsafeLines(e);
        } finally {
            if (!isKept && channel.position() > start) {
                channel.truncate(start);
            }
        }
        if (isKept) {
            add(map(identity));
            unsafe.add(map(identity));
        }
        return isKept;
    }

    /** Returns when all lines are on the disk. If this fails, the lines since the last call are removed: their maps come again. */
    void sync() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw withoutUnsafeLines(e);
        }
        unsafe.clear();
        safeSize = channel.position();
    }

    /** After a failed fsync, the kernel may never write these lines to the disk, and a later fsync does not say so. */
    private IOException withoutUnsafeLines(IOException failure) {
        unsafe.forEach(maps::remove);
        unsafe.clear();
        try {
            channel.truncate(safeSize);
            channel.position(safeSize);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /** Makes the name of a new file safe. */
    private void syncDirectory() throws IOException {
        Path parent = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a directory");
        try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
